import type { RetentionPolicy } from '../api/retention-policy.js'
import { parseCalendarDuration } from '../retention/calendar-duration.js'
import type { Schedule } from '../schedule.js'
import { type CalendarUnit, type SlotPattern, slotPattern } from './slot-pattern.js'

const hour = 3_600_000
const day = 24 * hour

/** Shortest that a number of calendar units in a row can be. */
const shortest: Readonly<Record<CalendarUnit, (count: number) => number>> = {
  hour: count => count * hour,
  day: count => count * day,
  week: count => count * 7 * day,
  // Whatever months they are: February costs at most three days.
  month: count => (count === 0 ? 0 : Math.floor(count * 30.4 - 3) * day),
  year: count => count * 365 * day,
}

const counted = [
  ['keepHourly', 'hour'],
  ['keepDaily', 'day'],
  ['keepWeekly', 'week'],
  ['keepMonthly', 'month'],
  ['keepYearly', 'year'],
] as const
const aged = [
  ['keepWithin', undefined],
  ['keepWithinHourly', 'hour'],
  ['keepWithinDaily', 'day'],
  ['keepWithinWeekly', 'week'],
  ['keepWithinMonthly', 'month'],
  ['keepWithinYearly', 'year'],
] as const

/**
 * How old the oldest restorable snapshot is at least, at any moment, once the policy has run long enough and no run
 * failed; in milliseconds. A lower bound that needs no simulation: right after a day, week or month has begun, its
 * period already counts, so `keepWeekly: 5` of daily backups reaches back three weeks and a day.
 */
export function retentionReach(policy: RetentionPolicy, schedule: Schedule): number {
  const pattern = slotPattern(schedule)
  const last = policy.keepLast === undefined ? 0 : spanOfRuns(policy.keepLast, pattern)
  const counts = counted.map(([rule, unit]) => {
    const count = policy[rule] ?? 0
    return count === 0 ? 0 : Math.max(spanOfUnits(count, unit, pattern), spanOfRuns(count, pattern))
  })
  const ages = aged.map(([rule, unit]) => {
    const age = policy[rule]
    const loss = pattern.longestGap + (unit === undefined ? 0 : longest[unit])
    return age === undefined ? 0 : Math.max(0, shortestAge(age) - loss)
  })
  return Math.max(last, ...counts, ...ages)
}

const longest: Readonly<Record<CalendarUnit, number>> = {
  hour,
  day,
  week: 7 * day,
  month: 31 * day,
  year: 366 * day,
}

/** From the newest of some runs in a row to the oldest. */
function spanOfRuns(count: number, { single, shortestGap, clockChange }: SlotPattern): number {
  const spans = single.map(unit => shortest[unit](count - 1) - clockChange)
  return Math.max(0, (count - 1) * shortestGap, ...spans)
}

/** From now, in the newest period, to the newest snapshot of the oldest period that is kept. */
function spanOfUnits(count: number, unit: CalendarUnit, { single, shortestGap, clockChange }: SlotPattern): number {
  if (count < 2) return 0
  if (single.includes(unit)) return shortest[unit](count - 1) - clockChange
  return shortest[unit](count - 2) + shortestGap
}

function shortestAge(text: string): number {
  const { years, months, days, hours } = parseCalendarDuration(text)
  return shortest.year(years) + shortest.month(months) + days * day + hours * hour
}
