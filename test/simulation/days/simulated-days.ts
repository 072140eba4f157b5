import type { BackupSessionObject, RepositoryObject } from '../../../runtime/controller/objects.js'
import { NAMESPACES } from '../../../runtime/kube/resource.js'
import { CannedLauncher } from '../canned-launcher.js'
import { SimulatedWorld } from '../simulated-world.js'
import { VirtualClock } from '../virtual-clock.js'
import { type DaySample, sampleDay } from './day-sample.js'
import { dailyGuest, daysFleet, guestOf, occasionalFailure } from './days-fleet.js'

const day = 86_400_000

export interface SimulatedDaysOptions {
  readonly days: number
  readonly policies: number
  /** Told about each day at its end. */
  readonly onDay?: (sample: DaySample) => void
}

export interface SimulatedDays {
  readonly samples: readonly DaySample[]
  /** Sessions that ended, by phase, and requests that were made, in all days. */
  readonly sessions: Readonly<Record<string, number>>
  readonly requests: number
  readonly maintained: number
}

/** Lets days pass over a fleet of policies, and looks every day at what must not grow. */
export async function simulateDays({ days, policies, onDay }: SimulatedDaysOptions): Promise<SimulatedDays> {
  // Samples are taken between the hourly runs, when the cluster is at rest.
  const clock = new VirtualClock(Date.UTC(2026, 0, 1, 12, 59, 50))
  const launcher = { change: occasionalFailure }
  const world = await SimulatedWorld.start({
    clock,
    launcher: ground => new CannedLauncher(ground, launcher),
    keptAudit: 2000,
    history: 2000,
  })
  try {
    const tally = new Tally(world)
    await world.apply(...daysFleet(policies))
    const controller = await world.startController()
    const samples: DaySample[] = []
    for (let number = 1; number <= days; number++) {
      await changeGuests(world, number)
      await clock.advance(day)
      const sample = await sampleDay(world, controller, number)
      samples.push(sample)
      onDay?.(sample)
    }
    return { samples, sessions: tally.sessions, requests: tally.requests, maintained: tally.maintained }
  } finally {
    await world.stop()
  }
}

/** Yesterday's guest leaves with its whole namespace, and another comes. */
async function changeGuests(world: SimulatedWorld, number: number): Promise<void> {
  if (number > 1) await world.client.delete(NAMESPACES, guestOf(number - 1), undefined)
  await world.apply(...dailyGuest(number))
}

/** Counts what happens, without remembering it. */
class Tally {
  readonly sessions: Record<string, number> = {}
  requests = 0
  maintained = 0

  constructor(world: SimulatedWorld) {
    world.sandbox.subscribe(({ resource, type, object, previous }) => {
      if (type !== 'MODIFIED') return
      if (resource === 'backupsessions.holdfast.dev') this.#count(object as never, previous as never)
      if (resource === 'repositories.holdfast.dev') this.#maintained(object as never, previous as never)
    })
    world.sandbox.injectFaults(() => {
      this.requests++
      return undefined
    })
  }

  #count({ status }: BackupSessionObject, previous?: BackupSessionObject): void {
    const { phase = '' } = status ?? {}
    if (status?.completionTime === undefined || previous?.status?.completionTime !== undefined) return
    this.sessions[phase] = (this.sessions[phase] ?? 0) + 1
  }

  #maintained({ status }: RepositoryObject, previous?: RepositoryObject): void {
    if (status?.lastForgetTime !== previous?.status?.lastForgetTime) this.maintained++
  }
}
