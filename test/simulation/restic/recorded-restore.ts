import { posix } from 'node:path'
import type { ModelEntry, ModelRepository, ModelSnapshot } from './model-repository.js'
import { isAsStored, removeOthers, restoreEntry } from './model-tree.js'
import { includes, matches } from './pattern.js'
import type { RecordedCall } from './recorded-call.js'
import { filled, type Json, messageOf, messagesIn } from './recording.js'

/** `restic restore <id>:<path>` into a folder. */
export async function recordedRestore(call: RecordedCall, repository: ModelRepository): Promise<void> {
  await call.locked(repository, false, async () => {
    const entries = selected(call, repository)
    const target = call.run.view.outside(call.line.value('target') ?? '')
    const bytes = entries.reduce((sum, { size }) => sum + size, 0)
    await call.work(bytes)
    const tally = { written: 0, bytes: 0, skipped: 0, skippedBytes: 0, errors: 0 }
    for (const entry of entries) restoreOne(call, repository, posix.join(target, entry.path), entry, tally)
    const kept = new Set(entries.map(({ path }) => path))
    const spared = (path: string) => !isSelected(call, path)
    const deleted = call.line.has('delete') ? removeOthers(target, kept, spared) : 0
    call.say(summaryOf(call, tally, deleted))
    if (tally.errors > 0) throw call.stop('restore-denied', words => words.replace(/\d+/, String(tally.errors)))
  })
}

interface Tally {
  written: number
  bytes: number
  skipped: number
  skippedBytes: number
  errors: number
}

function restoreOne(
  call: RecordedCall,
  repository: ModelRepository,
  path: string,
  entry: ModelEntry,
  tally: Tally,
): void {
  if (isAsStored(repository, path, entry)) {
    tally.skipped++
    tally.skippedBytes += entry.size
    return
  }
  try {
    restoreEntry(repository, path, entry)
  } catch (error) {
    tally.errors++
    const message = call.run.view.inside(error instanceof Error ? error.message : String(error))
    const recorded = messagesIn(call.recording('restore-denied').stderr)[0] ?? {}
    call.run.stderr(`${JSON.stringify(filled(recorded, { error: { message }, item: `/${entry.path}` }))}\n`)
  }
  // restic counts a file as restored whose writing failed.
  tally.written++
  tally.bytes += entry.size
}

function selected(call: RecordedCall, repository: ModelRepository): readonly ModelEntry[] {
  const [id = '', path = ''] = (call.line.operands[0] ?? '').split(/:(.*)/s)
  const snapshot = repository.content.snapshots.find(each => each.id.startsWith(id))
  if (snapshot === undefined) {
    throw call.stop('restore-no-snapshot', words => words.replace('"ffffffff"', JSON.stringify(id)))
  }
  const entries = below(snapshot, path)
  if (entries === undefined) throw call.stop('restore-no-path', words => words.replace('nowhere', path.slice(1)))
  const chosen = entries.filter(entry => isSelected(call, entry.path))
  // The folders above what was chosen are restored with it.
  return entries.filter(
    entry =>
      chosen.includes(entry) ||
      (entry.type === 'folder' && chosen.some(each => each.path.startsWith(`${entry.path}/`))),
  )
}

/** The entries below a path of the snapshot, relative to it; undefined when the snapshot does not have it. */
function below(snapshot: ModelSnapshot, path: string): readonly ModelEntry[] | undefined {
  if (path === snapshot.path) return snapshot.entries
  const inner = posix.relative(snapshot.path, path)
  if (inner.startsWith('..') || snapshot.entries.every(entry => entry.path !== inner)) return undefined
  return snapshot.entries
    .filter(entry => entry.path.startsWith(`${inner}/`))
    .map(entry => ({ ...entry, path: entry.path.slice(inner.length + 1) }))
}

function isSelected(call: RecordedCall, path: string): boolean {
  const [include, exclude] = [call.line.values('include'), call.line.values('exclude')]
  if (include.length > 0) return includes(include, `/${path}`)
  return !exclude.some(pattern => matches(pattern, `/${path}`))
}

/** restic leaves out what is zero. */
function summaryOf(call: RecordedCall, tally: Tally, deleted: number): Json {
  const recorded = messageOf(call.recording('restore-delete').stdout, 'summary')
  const counts = {
    total_files: tally.written,
    files_restored: tally.written,
    files_skipped: tally.skipped,
    files_deleted: deleted,
    total_bytes: tally.bytes,
    bytes_restored: tally.bytes,
    bytes_skipped: tally.skippedBytes,
  }
  return Object.fromEntries(Object.entries(filled(recorded, counts)).filter(([, value]) => value !== 0))
}
