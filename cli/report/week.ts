import type { WrittenSchedule } from '../../lib/calendar/slots.js'
import { addRuns } from '../../lib/collision/occupancy.js'

const minuteMs = 60_000
const hoursPerWeek = 7 * 24

/** Midnight UTC of the Monday of the week that a time lies in. */
export function mondayOf(time: Date): Date {
  const midnight = Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate())
  return new Date(midnight - ((time.getUTCDay() + 6) % 7) * 24 * 60 * minuteMs)
}

/**
 * How many runs of a schedule start in each hour of the week that begins at `monday` (midnight UTC): the hour, counted
 * from `monday`, and the runs in it, in turn. Hours without runs are left out.
 */
export function runsByHour(schedule: WrittenSchedule, monday: Date): number[] {
  const hours = new Uint16Array(hoursPerWeek)
  addRuns(hours, schedule, monday.getTime() / minuteMs)
  return Array.from(hours).flatMap((runs, hour) => (runs === 0 ? [] : [hour, runs]))
}
