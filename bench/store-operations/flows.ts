import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  checkRequests,
  forgetRequests,
  pruneRequests,
  type Requests,
  type StoreShape,
  sessionRequests,
} from '../../lib/retention/requests.js'
import type { Mover } from './mover.js'
import type { Operations } from './operation.js'

const mebibyte = 1024 ** 2
/** A volume of files that do not compress; a day changes a tenth of them. */
export const volume = { files: 320, bytesEach: mebibyte / 4, changed: 32 }

/** What one flow asked of the store, beside what `holdfast retention` reckons with, where it does. */
export interface FlowResult {
  readonly flow: string
  readonly operations: Operations
  readonly estimate?: Requests
}

function write(source: string, from: number, to: number): void {
  mkdirSync(source, { recursive: true })
  for (let index = from; index < to; index += 1)
    writeFileSync(join(source, `file-${index}`), randomBytes(volume.bytesEach))
}

/** Every flow of a policy’s life once, in order, each measured by itself. */
export async function runFlows(
  mover: Mover,
  work: string,
  take: () => Operations,
  say: (line: string) => void,
): Promise<FlowResult[]> {
  const source = join(work, 'source')
  const results: FlowResult[] = []
  const record = (flow: string, estimate?: Requests) => {
    results.push({ flow, operations: take(), ...(estimate === undefined ? {} : { estimate }) })
    say(flow)
  }
  const shape = (snapshots: number): StoreShape => ({ snapshots, indexes: snapshots, treePacks: snapshots, packs: 8 })
  const changedBytes = volume.changed * volume.bytesEach
  write(source, 0, volume.files)
  const first = await mover.backUp(source, '')
  const id = first.repository?.id ?? ''
  record('first backup', sessionRequests(shape(1), volume.files * volume.bytesEach))
  write(source, 0, volume.changed)
  await mover.backUp(source, id)
  record('backup, a tenth changed', sessionRequests(shape(2), changedBytes))
  await mover.backUp(source, id)
  record('backup, nothing changed', sessionRequests(shape(3), 0))
  const policy = { keepLast: 1 }
  await mover.maintain({ forget: JSON.stringify([{ host: 'bench/data', path: source, policy }]) }, id)
  record('retention (removes 2 of 3)', forgetRequests(shape(3)))
  const statistics = await measured(() => mover.maintain({}, id), take)
  say('statistics alone')
  await mover.maintain({ prune: 'true', 'max-unused': '0' }, id)
  const pruned = less(take(), statistics)
  results.push({ flow: 'prune', operations: pruned, estimate: pruneRequests(shape(1), pruned.sent) })
  take()
  await mover.maintain({ check: 'true' }, id)
  results.push({ flow: 'check', operations: less(take(), statistics), estimate: checkRequests(shape(1), 0) })
  await mover.maintain({ check: 'true', 'read-data-subset': '100%' }, id)
  const all = checkRequests(shape(1), volume.files * volume.bytesEach)
  results.push({ flow: 'check, all data read', operations: less(take(), statistics), estimate: all })
  say('prune and checks')
  results.push({ flow: 'what every maintain Job does besides', operations: statistics })
  const restored = join(work, 'restored')
  await mover.restore(restored, source, id)
  record('restore')
  rmSync(restored, { recursive: true, force: true })
  return results
}

async function measured(run: () => Promise<unknown>, take: () => Operations): Promise<Operations> {
  take()
  await run()
  return take()
}

// Pruning and checking are parts of a maintain Job; what the Job does anyway is a row of its own.
function less(one: Operations, other: Operations): Operations {
  const keys = Object.keys(one) as (keyof Operations)[]
  return Object.fromEntries(keys.map(key => [key, Math.max(0, one[key] - other[key])])) as unknown as Operations
}
