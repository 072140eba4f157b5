import { setTimeout as sleep } from 'node:timers/promises'
import { catalogue } from '../../test/cluster/faults/catalogue.js'
import type { FaultWorld } from '../../test/cluster/faults/fault.js'
import type { Ground } from '../../test/cluster/faults/ground.js'
import type { Mover } from '../../test/cluster/faults/mover.js'
import { seedFor } from './content-model.js'
import type { Fleet } from './fleet.js'
import type { FaultRecord, Journal } from './journal.js'
import { watchLocks } from './lock.js'
import type { PlannedFault } from './plan.js'

/** Longest that a fault waits for a mover that it can hit. */
const patience = 90_000

export interface Sabotage {
  readonly ground: Ground
  readonly fleet: Fleet
  readonly journal: Journal
  readonly seed: number
}

/** Injects the planned faults one after the other, heals each, and keeps the book; ends at the plan’s end or at `until`. */
export async function sabotage(plan: readonly PlannedFault[], until: Date, parts: Sabotage): Promise<void> {
  const watched: Promise<void>[] = []
  for (const planned of plan) {
    await sleep(planned.pause * 1000)
    if (new Date() >= until) break
    watched.push(watchLocks(parts, await injectOne(planned, parts)))
  }
  await Promise.all(watched)
}

async function injectOne(planned: PlannedFault, { ground, journal, seed }: Sabotage): Promise<FaultRecord> {
  const fault = catalogue.find(each => each.name === planned.fault)
  if (fault === undefined) throw new Error(`no fault is called '${planned.fault}'`)
  const hit: Mover[] = []
  let chose = false
  const world: FaultWorld = {
    client: ground.client,
    transport: ground.transport,
    programs: ground.programs,
    containers: ground.containers,
    store: ground.store,
    async movers() {
      chose = true
      hit.push(...(await someMovers(ground, seed, planned.number)))
      return hit
    },
  }
  const from = new Date()
  const heal = await fault.inject(world)
  const record: FaultRecord = { ...planned, of: fault.of, from, ...(chose ? { hit } : {}) }
  journal.faults.push(record)
  const whom = hit.map(mover => `${mover.namespace}/${mover.pod}`).join(', ')
  journal.note(`fault ${planned.number}: ${fault.name}${chose ? ` (${whom || 'no mover ran'})` : ''}`, { hit })
  await sleep(planned.lasts * 1000)
  await heal()
  record.healed = new Date()
  journal.note(
    `fault ${planned.number} is healed after ${Math.round((record.healed.getTime() - from.getTime()) / 1000)} s`,
  )
  return record
}

/** One or two of the movers that run, by chance; waits for one. */
async function someMovers(ground: Ground, seed: number, number: number): Promise<Mover[]> {
  const random = seedFor(seed, 'movers', number)
  const end = Date.now() + patience
  for (;;) {
    const all = (await ground.movers()).sort((a, b) => (a.pod < b.pod ? -1 : 1))
    if (all.length > 0) return [...new Set(Array.from({ length: 1 + random.below(2) }, () => random.of(all)))]
    if (Date.now() > end) return []
    await sleep(200)
  }
}
