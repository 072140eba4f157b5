import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { digest, type ModelEntry, type ModelRepository, type ModelSnapshot } from './model-repository.js'
import { type Scan, scan } from './model-tree.js'
import { matches } from './pattern.js'
import { type RecordedCall, ResticStop } from './recorded-call.js'
import { filled, messageOf, messagesIn } from './recording.js'

/** `restic backup` of one folder. */
export async function recordedBackup(call: RecordedCall, repository: ModelRepository): Promise<void> {
  const [path = ''] = call.line.operands
  const folder = call.run.view.outside(path)
  await call.locked(repository, false, async () => {
    if (!existsSync(folder)) {
      call.run.stderr(`${path} does not exist, skipping\n`)
      throw call.stop('backup-missing')
    }
    const start = call.now()
    const began = call.run.clock.now()
    const patterns = call.line.values('exclude')
    const excluded = (relative: string) => patterns.some(pattern => matches(pattern, posix.join(path, relative)))
    const found = scan(repository, folder, { identity: call.run.spec.identity, excluded })
    for (const { path: item, folder: isFolder } of found.unreadable) complain(call, posix.join(path, item), isFolder)
    await call.work(found.addedBytes)
    const seconds = (call.run.clock.now() - began) / 1000
    const snapshot = record(call, repository, path, found, start)
    call.say(
      filled(messageOf(call.recording('backup').stdout, 'summary'), {
        ...snapshot.summary,
        total_duration: seconds,
        snapshot_id: snapshot.id,
      }),
    )
    if (found.unreadable.length > 0) throw call.stop('backup-partial')
  })
}

function record(
  call: RecordedCall,
  repository: ModelRepository,
  path: string,
  found: Scan,
  start: string,
): ModelSnapshot {
  const host = call.line.value('host') ?? call.run.spec.hostname
  const { snapshots } = repository.content
  const parent = snapshots.filter(each => each.host === host && each.path === path).at(-1)
  const summary = { backup_start: start, backup_end: call.now(), ...countsOf(found, parent?.entries ?? []) }
  const content = {
    time: start,
    host,
    path,
    tags: call.line.values('tag').flatMap(each => each.split(',')),
    excludes: call.line.values('exclude'),
    ...(parent === undefined ? {} : { parent: parent.id }),
    summary,
    entries: found.entries,
  }
  const snapshot = { id: digest('snapshot', content), ...content }
  repository.change(now => ({ snapshots: [...now.snapshots, snapshot] }))
  return snapshot
}

function countsOf({ entries, addedBytes }: Scan, before: readonly ModelEntry[]) {
  const files = entries.filter(({ type }) => type === 'file')
  const known = new Map(before.map(entry => [entry.path, entry]))
  const isSame = (entry: ModelEntry) =>
    known.get(entry.path)?.hash === entry.hash && known.get(entry.path)?.mtimeMs === entry.mtimeMs
  const unmodified = files.filter(isSame).length
  const added = files.filter(({ path }) => !known.has(path)).length
  return {
    files_new: added,
    files_changed: files.length - unmodified - added,
    files_unmodified: unmodified,
    data_added: addedBytes,
    data_added_packed: addedBytes,
    total_files_processed: files.length,
    total_bytes_processed: files.reduce((sum, { size }) => sum + size, 0),
  }
}

function complain(call: RecordedCall, item: string, isFolder: boolean): void {
  const errors = messagesIn(call.recording('backup-partial').stderr).filter(json => json['message_type'] === 'error')
  const recorded = errors.find(
    json => json['during'] === 'archival' && json['item'] === `/studio/partial/${isFolder ? 'closed' : 'bad'}`,
  )
  if (recorded === undefined) throw new ResticStop({ code: 1, signal: null }, 'no recording of an unreadable file')
  const said = JSON.stringify(recorded).replaceAll(String(recorded['item']), JSON.stringify(item).slice(1, -1))
  call.run.stderr(`${said}\n`)
}
