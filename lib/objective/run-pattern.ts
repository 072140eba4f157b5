import { cronCalendar, type WrittenSchedule } from '../calendar/slots.js'
import { minutesPerDay, wrap } from '../calendar/zone.js'
import type { ReadWindow } from './time-window.js'

/** How often a policy runs, and all the times at which it may. */
export interface RunPattern {
  /** What tells patterns apart. */
  readonly name: string
  /** After what it comes again; a month has the days 1 to 28. */
  readonly cycle: 'day' | 'week' | 'month'
  /** Runs in a cycle. */
  readonly runs: number
  /** Minutes from one run of a cycle to the next. */
  readonly spacing: number
  readonly timeZone: string
  /** As people call the window. */
  readonly window: string
  /** Minutes from the cycle’s local beginning (midnight, Sunday, the day before the 1st) to its first run, in the window’s order. */
  readonly starts: readonly number[]
  /** Index of each start. */
  readonly indexOf: ReadonlyMap<number, number>
}

/** Minutes of a cycle. A month is counted by its days; the day before the 1st and those after the 28th are its edges. */
export const cycleMinutes = { day: minutesPerDay, week: 7 * minutesPerDay, month: 33 * minutesPerDay } as const
/** Days of a cycle that runs begin on. */
export const cycleDays = { day: 1, week: 7, month: 28 } as const

const patterns = new Map<string, RunPattern>()

/** The pattern of runs in a window; `starts` are minutes after the window’s beginning. */
export function runPattern(
  cycle: RunPattern['cycle'],
  window: ReadWindow,
  rhythm: { readonly runs: number; readonly spacing: number; readonly starts: readonly number[] },
): RunPattern {
  const { runs, spacing } = rhythm
  const name = [cycle, runs, spacing, window.timeZone, window.from, window.length, rhythm.starts.length].join(' ')
  const known = patterns.get(name)
  if (known !== undefined) return known
  const inDay = rhythm.starts.map(start => wrap(window.from + start, minutesPerDay))
  const days = { day: [0], week: [0, 1, 2, 3, 4, 5, 6], month: Array.from({ length: 28 }, (_, day) => day + 1) }[cycle]
  const starts = days.flatMap(day => inDay.map(start => day * minutesPerDay + start))
  const indexOf = new Map(starts.map((start, index) => [start, index]))
  const pattern = { name, cycle, runs, spacing, timeZone: window.timeZone, window: window.name, starts, indexOf }
  patterns.set(name, pattern)
  return pattern
}

/** The cron expression of a pattern that starts at one of its starts. */
export function cronOf({ cycle, runs, spacing }: RunPattern, start: number): string {
  const day = Math.floor(start / minutesPerDay)
  const times = Array.from({ length: runs }, (_, run) => wrap(start + run * spacing, minutesPerDay))
  const minutes = ascending(times.map(time => time % 60)).join(',')
  const hours = ascending(times.map(time => Math.floor(time / 60)))
  const hour = hours.length === 24 ? '*' : hours.join(',')
  return `${minutes} ${hour} ${cycle === 'month' ? day : '*'} * ${cycle === 'week' ? day : '*'}`
}

/** The start that a cron expression stands for; undefined when it is none of the pattern’s. */
export function startOf(pattern: RunPattern, { expression, timeZone }: WrittenSchedule): number | undefined {
  if (timeZone !== pattern.timeZone) return undefined
  const { times, weekdays, monthDays } = cronCalendar(expression)
  const day = { day: 0, week: weekdays?.[0] ?? 0, month: monthDays?.[0] ?? 0 }[pattern.cycle]
  // A pattern that goes over midnight begins with a later time than its earliest.
  return times
    .map(time => day * minutesPerDay + time)
    .find(start => pattern.indexOf.has(start) && cronOf(pattern, start) === expression)
}

const ascending = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b)
