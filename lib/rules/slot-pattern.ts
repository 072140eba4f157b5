import { type CronField, parseCronFields } from '../cron-fields.js'
import type { Schedule } from '../schedule.js'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export type CalendarUnit = 'hour' | 'day' | 'week' | 'month' | 'year'

/** What is certain about the distances between a schedule’s slots, in milliseconds, at any time of any year. */
export interface SlotPattern {
  /** No two slots are nearer. */
  readonly shortestGap: number
  /** No two neighbours are farther apart. */
  readonly longestGap: number
  /** Units of the calendar in which the schedule has at most one slot, as long as the shortest such unit is. */
  readonly single: readonly CalendarUnit[]
  /** By how much a clock change moves a slot. */
  readonly clockChange: number
}

/** Works the pattern out from the fields of the schedule, without walking through the calendar. */
export function slotPattern({ expression, timeZone }: Schedule): SlotPattern {
  const fields = parseCronFields(expression)
  const [minutes, hours, dayOfMonth, month, dayOfWeek] = fields
  const times = (hours?.values ?? [])
    .flatMap(h => (minutes?.values ?? []).map(m => h * hour + m * minute))
    .sort((a, b) => a - b)
  const first = times[0] ?? 0
  const gaps = times.map((time, index) => (times[index + 1] ?? first + day) - time)
  const clockChange = timeZone === 'UTC' || timeZone === 'Etc/UTC' ? 0 : hour
  // Clocks change between midnight and three: there a time of day can be missing, or come twice.
  const uncertain = clockChange > 0 && first < 3 * hour
  const once = times.length === 1 && !uncertain
  const single: CalendarUnit[] = []
  if (minutes?.values.length === 1) single.push('hour')
  if (once) single.push('day')
  if (once && dayOfMonth?.star === true && dayOfWeek?.values.length === 1) single.push('week')
  if (once && dayOfWeek?.star === true && dayOfMonth?.values.length === 1) single.push('month')
  if (single.includes('month') && month?.values.length === 1) single.push('year')
  const surest = times.length === 1 ? hour : minute
  const pause = longestPause(fields, Math.max(...gaps))
  return {
    shortestGap: uncertain ? surest : Math.max(minute, Math.min(...gaps) - clockChange),
    longestGap: (uncertain ? 2 : 1) * pause + clockChange,
    single,
    clockChange,
  }
}

// Upper bounds: a day that a month does not have makes the pause of a schedule longer.
function longestPause(fields: readonly CronField[], withinDay: number): number {
  const [, , dayOfMonth, month, dayOfWeek] = fields
  if (month?.star !== true) return Number.POSITIVE_INFINITY
  if (dayOfMonth?.star === true && dayOfWeek?.star === true) return withinDay
  // Where both day fields are restricted one of them is enough, so the weekdays alone are a bound.
  const weekdays = dayOfWeek?.star === false ? dayOfWeek.values : []
  if (weekdays.length === 0) return 62 * day
  const pauses = weekdays.map((value, index) => (weekdays[index + 1] ?? (weekdays[0] ?? 0) + 7) - value)
  return Math.max(...pauses) * day + (withinDay === day ? 0 : day)
}
