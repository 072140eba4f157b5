import { slotMinutes, type WrittenSchedule } from '../calendar/slots.js'
import { minutesPerDay } from '../calendar/zone.js'
import type { Fleet } from '../fleet/fleet.js'
import { policyParties } from './party.js'

/** How many runs begin on a store, hour by hour. */
export interface StoreHours {
  readonly store: string
  /** One number for each hour from the first on, UTC. */
  readonly runs: Uint16Array
}

/** The runs of a fleet per store and hour, from the midnight (UTC) of a day on; stores sorted by name. */
export function runsPerHour(fleet: Fleet, from: Date, days = 7): StoreHours[] {
  const first = Math.floor(from.getTime() / 60_000 / minutesPerDay) * minutesPerDay
  const stores = new Map<string, Uint16Array>()
  for (const { store = '', schedule } of policyParties(fleet)) {
    const runs = stores.get(store) ?? new Uint16Array(days * 24)
    stores.set(store, runs)
    addRuns(runs, schedule, first)
  }
  return [...stores].map(([store, runs]) => ({ store, runs })).sort((a, b) => (a.store < b.store ? -1 : 1))
}

/**
 * Adds the runs of a schedule to the hours in which they begin: one number for each hour from a minute on (minutes since
 * the epoch, UTC).
 */
export function addRuns(hours: Uint16Array, schedule: WrittenSchedule, first: number): void {
  for (const slot of slotMinutes(schedule, first, first + hours.length * 60)) {
    const hour = Math.floor((slot - first) / 60)
    hours[hour] = (hours[hour] ?? 0) + 1
  }
}
