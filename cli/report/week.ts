import { slotMinutes, type WrittenSchedule } from '../../lib/calendar/slots.js'

const minuteMs = 60_000
const minutesPerWeek = 7 * 24 * 60

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
  const from = monday.getTime() / minuteMs
  const runs = new Map<number, number>()
  for (const slot of slotMinutes(schedule, from, from + minutesPerWeek)) {
    const hour = Math.floor((slot - from) / 60)
    runs.set(hour, (runs.get(hour) ?? 0) + 1)
  }
  return [...runs].flat()
}
