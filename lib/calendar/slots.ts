import { type CronField, parseCronFields } from '../cron-fields.js'
import { minutesPerDay, zoneSegments } from './zone.js'

/** A schedule as it is written. */
export interface WrittenSchedule {
  readonly expression: string
  /** IANA name. */
  readonly timeZone: string
}

/** A cron expression, read for counting: minutes of the day, and the days they come on. */
export interface CronCalendar {
  /** Minutes after local midnight, ascending. */
  readonly times: readonly number[]
  /** Whether every day has them. */
  readonly daily: boolean
  /** Days of the week (0 is Sunday) that have them by the week alone; undefined when the week does not matter. */
  readonly weekdays: readonly number[] | undefined
  /** Days of the month, likewise. */
  readonly monthDays: readonly number[] | undefined
  /** Whether a local day, in days since 1970, has them. */
  fallsOn(day: number): boolean
}

const calendars = new Map<string, CronCalendar>()

/** Reads a cron expression of five fields. Throws RangeError as `parseCronFields`. */
export function cronCalendar(expression: string): CronCalendar {
  const calendar = calendars.get(expression) ?? readCalendar(expression)
  calendars.set(expression, calendar)
  return calendar
}

/**
 * The slots of a schedule in `from <= slot < to`, all in minutes since 1970, ascending: the same as `slotsBetween` of a
 * parsed schedule, by arithmetic instead of search, for years of thousands of policies.
 */
export function slotMinutes(schedule: WrittenSchedule, from: number, to: number): number[] {
  const { times, fallsOn } = cronCalendar(schedule.expression)
  const segments = zoneSegments(schedule.timeZone, from, to)
  const slots: number[] = []
  segments.forEach((segment, index) => {
    const [first, last] = [segment.from + segment.offset, (segments[index + 1]?.from ?? to) + segment.offset]
    for (let day = Math.floor(first / minutesPerDay); day * minutesPerDay < last; day += 1) {
      if (!fallsOn(day)) continue
      for (const time of times) {
        const local = day * minutesPerDay + time
        if (local >= first && local < last) slots.push(local - segment.offset)
      }
    }
  })
  return slots
}

function readCalendar(expression: string): CronCalendar {
  const [minute, hour, dayOfMonth, month, dayOfWeek] = parseCronFields(expression)
  if (minute === undefined || hour === undefined || dayOfMonth === undefined) throw new RangeError(expression)
  if (month === undefined || dayOfWeek === undefined) throw new RangeError(expression)
  const times = hour.values.flatMap(each => minute.values.map(one => each * 60 + one))
  const daily = comesAlways(month, 12) && comesAlways(dayOfMonth, 31) && comesAlways(dayOfWeek, 7)
  // robfig/cron: one of the two is enough when both are restricted.
  const either = !dayOfMonth.star && !dayOfWeek.star
  const matches = { month: new Set(month.values), date: new Set(dayOfMonth.values), week: new Set(dayOfWeek.values) }
  const fallsOn = (day: number): boolean => {
    if (daily) return true
    const date = new Date(day * minutesPerDay * 60_000)
    if (!matches.month.has(date.getUTCMonth() + 1)) return false
    const [byDate, byWeek] = [matches.date.has(date.getUTCDate()), matches.week.has(date.getUTCDay())]
    return either ? byDate || byWeek : byDate && byWeek
  }
  return {
    times,
    daily,
    weekdays: daily || dayOfWeek.star ? undefined : dayOfWeek.values,
    monthDays: daily || dayOfMonth.star ? undefined : dayOfMonth.values,
    fallsOn,
  }
}

const comesAlways = (field: CronField, size: number) => field.values.length === size
