import type { RetentionPolicy } from '../../../lib/api/retention-policy.js'
import { keepCounts, keepWithins } from '../../../lib/keep-rules.js'
import { keptBy, refusalOf, type Verdict } from '../../../lib/retention/kept.js'
import type { CommandLine } from './command-line.js'
import type { ModelRepository, ModelSnapshot } from './model-repository.js'
import type { RecordedCall } from './recorded-call.js'
import { printedSnapshot } from './recorded-snapshots.js'
import { filled, type Json, messageOf, messagesIn } from './recording.js'

/** `restic forget` by host and path. */
export async function recordedForget(call: RecordedCall, repository: ModelRepository): Promise<void> {
  await call.locked(repository, true, async () => {
    await call.work()
    const [host, path] = [call.line.value('host'), call.line.value('path')]
    const matching = repository.content.snapshots.filter(
      each => (host === undefined || each.host === host) && (path === undefined || each.path === path),
    )
    if (matching.length === 0) return
    const groups = new Map<string, ModelSnapshot[]>()
    for (const each of matching) {
      const key = JSON.stringify([each.host, each.path])
      groups.set(key, [...(groups.get(key) ?? []), each])
    }
    const judged = [...groups.values()].map(group => judge(call, group))
    const removed = new Set(judged.flat().flatMap(({ keep, snapshot }) => (keep ? [] : snapshot.id)))
    if (!call.line.has('dry-run')) {
      repository.change(({ snapshots }) => ({ snapshots: snapshots.filter(({ id }) => !removed.has(id)) }))
    }
    call.run.stdout(`${JSON.stringify(judged.map(group => printedGroup(call, group)))}\n`)
  })
}

function judge(call: RecordedCall, group: readonly ModelSnapshot[]): Verdict<ModelSnapshot>[] {
  const verdicts = keptBy(policyOf(call.line), group, call.run.clock.date())
  if (refusalOf(verdicts) === undefined) return verdicts
  const [{ host, path } = { host: '', path: '' }] = group
  throw call.stop('forget-refused', words => words.replace('shop/db', host).replace('/studio/data', path))
}

function policyOf(line: CommandLine): RetentionPolicy {
  const flag = (key: string) => key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  const counts = keepCounts.flatMap(key => line.values(flag(key)).map(value => [key, Number(value)]))
  const withins = keepWithins.flatMap(key => line.values(flag(key)).map(value => [key, value]))
  const tags = line.values('keep-tag')
  return { ...Object.fromEntries([...counts, ...withins]), ...(tags.length === 0 ? {} : { keepTags: tags }) }
}

function printedGroup(call: RecordedCall, verdicts: readonly Verdict<ModelSnapshot>[]): Json {
  const [recorded = {}] = JSON.parse(call.recording('forget').stdout) as Json[]
  const [first] = verdicts
  const print = (keep: boolean) => {
    const those = verdicts.filter(verdict => verdict.keep === keep)
    return those.length === 0 ? null : those.map(({ snapshot }) => printedSnapshot(call, snapshot))
  }
  const reasons = verdicts
    .filter(({ keep }) => keep)
    .map(({ snapshot, reasons: matches }) => ({ snapshot: printedSnapshot(call, snapshot), matches }))
  return filled(recorded, {
    host: first?.snapshot.host,
    paths: [first?.snapshot.path],
    keep: print(true),
    remove: print(false),
    reasons,
  })
}

/** `restic prune`: its words as they were, for nobody reads them. */
export async function recordedPrune(call: RecordedCall, repository: ModelRepository): Promise<void> {
  await call.locked(repository, true, async () => {
    await call.work()
    const needed = repository.needed()
    const unneeded = repository.objects().filter(hash => !needed.has(hash))
    for (const hash of unneeded) repository.remove(hash)
    call.run.stdout(call.recording(unneeded.length > 0 ? 'prune' : 'prune-nothing').stdout)
  })
}

/** `restic check`: every content that a snapshot needs must be there as it was. */
export async function recordedCheck(call: RecordedCall, repository: ModelRepository): Promise<void> {
  await call.locked(repository, true, async () => {
    await call.work()
    const lost = [...repository.needed()].filter(hash => repository.read(hash) === undefined)
    const damaged = call.recording('check-damaged')
    const [error = {}] = messagesIn(damaged.stderr).filter(json => json['message_type'] === 'error')
    for (const hash of lost) {
      call.run.stderr(`${JSON.stringify(filled(error, { message: `pack ${hash}: does not exist\n` }))}\n`)
    }
    call.say(filled(messageOf(call.recording('check').stdout, 'summary'), { num_errors: lost.length }))
    if (lost.length > 0) throw call.stop('check-damaged')
  })
}

/** `restic stats --mode raw-data`. */
export async function recordedStats(call: RecordedCall, repository: ModelRepository): Promise<void> {
  await call.work()
  // From the index, which knows contents that are lost too.
  const files = repository.content.snapshots.flatMap(({ entries }) => entries)
  const size = [...new Map(files.map(({ hash, size }) => [hash, size])).values()].reduce((sum, each) => sum + each, 0)
  const recorded = JSON.parse(call.recording('stats').stdout) as Json
  call.say(
    filled(recorded, {
      total_size: size,
      total_uncompressed_size: size,
      snapshots_count: repository.content.snapshots.length,
    }),
  )
}

/** `restic unlock`: removes stale locks only. */
export async function recordedUnlock(call: RecordedCall, repository: ModelRepository): Promise<void> {
  await call.work()
  const stale = new Set(repository.content.locks.filter(lock => call.isStale(lock)).map(({ id }) => id))
  if (stale.size === 0) return
  repository.change(({ locks }) => ({ locks: locks.filter(({ id }) => !stale.has(id)) }))
  call.run.stdout(call.recording('unlock').stdout.replace('1', String(stale.size)))
}
