import type { ModelRepository, ModelSnapshot } from './model-repository.js'
import { digest } from './model-repository.js'
import type { RecordedCall } from './recorded-call.js'
import { filled, type Json } from './recording.js'

/** `restic snapshots`, filtered by host and tags. */
export async function recordedSnapshots(call: RecordedCall, repository: ModelRepository): Promise<void> {
  await call.work()
  const host = call.line.value('host')
  const wanted = call.line.values('tag').map(tags => tags.split(','))
  const found = repository.content.snapshots.filter(
    each =>
      (host === undefined || each.host === host) &&
      (wanted.length === 0 || wanted.some(tags => tags.every(tag => each.tags.includes(tag)))),
  )
  call.run.stdout(`${JSON.stringify(found.map(each => printedSnapshot(call, each)))}\n`)
}

/** A snapshot as restic prints it: tags, excludes and a parent only where there are any. */
export function printedSnapshot(call: RecordedCall, snapshot: ModelSnapshot): Json {
  const { id, time, host, path, tags, excludes, parent, summary, entries } = snapshot
  const [first = {}, second = {}] = JSON.parse(call.recording('snapshots').stdout) as Json[]
  const recorded = { ...second, ...first }
  const printed = filled(recorded, {
    id,
    short_id: id.slice(0, 8),
    time,
    hostname: host,
    paths: [path],
    tags: tags.length === 0 ? undefined : tags,
    excludes: excludes.length === 0 ? undefined : excludes,
    parent,
    tree: digest('tree', entries),
    summary: filled(recorded['summary'] as Json, summary),
  })
  return Object.fromEntries(Object.entries(printed).filter(([, value]) => value !== undefined))
}
