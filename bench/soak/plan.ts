import type { Fault } from '../../test/cluster/faults/fault.js'
import { seedFor } from './content-model.js'

/** One fault of a soak, and the time that the system has between the one before and this. */
export interface PlannedFault {
  readonly number: number
  readonly fault: string
  /** Seconds after the last one was healed. */
  readonly pause: number
  /** Seconds until it is healed. */
  readonly lasts: number
}

/** Shortest and longest pause between two faults, and the longest that one lasts, in seconds. */
const bounds = { pause: [20, 55], lasts: [1, 12] } as const
/** What a fault takes beside its pause: the shortest there is, so that no plan is too short. */
const shortest = 5

/**
 * The faults of a soak: the same for the same seed and the same catalogue. Each comes once, in random order, before any comes
 * again.
 */
export function planFaults(seed: number, minutes: number, catalogue: readonly Fault[]): PlannedFault[] {
  const random = seedFor(seed, 'faults')
  const planned: PlannedFault[] = []
  let deck: string[] = []
  let time = 0
  while (time < minutes * 60) {
    if (deck.length === 0) deck = catalogue.map(fault => fault.name)
    const fault = random.of(deck)
    deck = deck.filter(each => each !== fault)
    const [pause, lasts] = [bounds.pause, bounds.lasts].map(([low, high]) => low + random.below(high - low))
    planned.push({ number: planned.length + 1, fault, pause: pause ?? 0, lasts: lasts ?? 0 })
    time += (pause ?? 0) + (lasts ?? 0) + shortest
  }
  return planned
}
