import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreShape } from '../../lib/retention/requests.js'
import type { Mover } from './mover.js'
import type { Operations } from './operation.js'
import type { Reckoned } from './reckoned.js'

const mebibyte = 1024 ** 2
/** A volume of files that do not compress; a day changes a tenth of them. */
export const volume = { files: 320, bytesEach: mebibyte / 4, changed: 32 }

/** Snapshots in the repository when retention comes, and after it: enough to tell what each of them costs. */
const [many, kept] = [24, 22]

/** What one flow asked of the store, beside what `holdfast retention` reckons its requests from, where it does. */
export interface FlowResult {
  readonly flow: string
  readonly operations: Operations
  readonly reckoned?: Reckoned
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
  const record = (flow: string, reckoned?: Reckoned) => {
    results.push({ flow, operations: take(), ...(reckoned === undefined ? {} : { reckoned }) })
    say(flow)
  }
  // Each backup leaves an index and a pack of metadata.
  const after = (backups: number, snapshots = backups): StoreShape => {
    return { snapshots, indexes: backups, treePacks: backups, packs: 8 }
  }
  const session = (backups: number, bytes: number): Reckoned => ({ command: 'session', shape: after(backups), bytes })
  const changedBytes = volume.changed * volume.bytesEach
  write(source, 0, volume.files)
  const first = await mover.backUp(source, '')
  const id = first.repository?.id ?? ''
  record('first backup', session(1, volume.files * volume.bytesEach))
  write(source, 0, volume.changed)
  await mover.backUp(source, id)
  record('backup, a tenth changed', session(2, changedBytes))
  await mover.backUp(source, id)
  record('backup, nothing changed', session(3, 0))
  for (let backups = 4; backups < many; backups += 1) {
    write(source, 0, 1)
    await mover.backUp(source, id)
  }
  take()
  write(source, 0, volume.changed)
  await mover.backUp(source, id)
  record(`backup, the ${many}th`, session(many, changedBytes))
  const policy = { keepLast: kept }
  await mover.maintain({ forget: JSON.stringify([{ host: 'bench/data', path: source, policy }]) }, id)
  record(`retention (removes ${many - kept} of ${many})`, { command: 'forget', shape: after(many), bytes: 0 })
  const statistics = await measured(() => mover.maintain({}, id), take)
  say('statistics alone')
  // Pruning and checking are parts of a maintain Job; what the Job does anyway is a row of its own.
  const recordPart = (flow: string, reckoned: (counted: Operations) => Reckoned) => {
    const operations = less(take(), statistics)
    results.push({ flow, operations, reckoned: reckoned(operations) })
    say(flow)
  }
  const shape = after(many, kept)
  await mover.maintain({ check: 'true' }, id)
  recordPart('check', () => ({ command: 'check', shape, bytes: 0 }))
  await mover.maintain({ check: 'true', 'read-data-subset': '100%' }, id)
  recordPart('check, all data read', ({ received }) => ({ command: 'check', shape, bytes: received }))
  await mover.maintain({ prune: 'true', 'max-unused': '0' }, id)
  recordPart('prune', ({ sent }) => ({ command: 'prune', shape, bytes: sent }))
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

function less(one: Operations, other: Operations): Operations {
  const keys = Object.keys(one) as (keyof Operations)[]
  return Object.fromEntries(keys.map(key => [key, Math.max(0, one[key] - other[key])])) as unknown as Operations
}
