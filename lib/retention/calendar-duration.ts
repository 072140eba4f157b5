import type { Moment } from './moment.js'

/** restic’s duration of `--keep-within…`: a number of calendar years, months, days and of hours. */
export interface CalendarDuration {
  readonly years: number
  readonly months: number
  readonly days: number
  readonly hours: number
}

const shape = /^(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)d)?(?:(\d+)h)?$/

/** Reads `1y6m`, `30d`, `12h`. Throws RangeError when the text is none, or a number too large to count with. */
export function parseCalendarDuration(text: string): CalendarDuration {
  const match = shape.exec(text)
  const [years, months, days, hours] = [1, 2, 3, 4].map(group => Number(match?.[group] ?? 0))
  const duration = { years: years ?? 0, months: months ?? 0, days: days ?? 0, hours: hours ?? 0 }
  if (match === null || text === '' || !Object.values(duration).every(Number.isSafeInteger)) {
    throw new RangeError(
      `duration '${text}' cannot be read; expected years, months, days and hours such as 1y6m, 30d, 12h`,
    )
  }
  return duration
}

/** True when there is nothing in it, which restic takes for a rule that was not given. */
export const isNothing = (duration: CalendarDuration): boolean => Object.values(duration).every(part => part === 0)

/** As restic prints it: zero parts are left out. */
export function formatCalendarDuration({ years, months, days, hours }: CalendarDuration): string {
  const part = (amount: number, unit: string) => (amount === 0 ? '' : `${amount}${unit}`)
  return `${part(years, 'y')}${part(months, 'm')}${part(days, 'd')}${part(hours, 'h')}`
}

/**
 * The moment a duration earlier, as restic counts (Go’s `AddDate`, then `Add`): in the moment’s own zone; a day that a
 * month does not have runs into the next month (31 March − 1 month is 3 March); hours wrap at 2^63 nanoseconds.
 */
export function earlier(moment: Moment, { years, months, days, hours }: CalendarDuration): Moment {
  const local = new Date(moment.at + moment.offset)
  local.setUTCFullYear(local.getUTCFullYear() - years, local.getUTCMonth() - months, local.getUTCDate() - days)
  // Beyond what a Date can hold everything is later.
  const at = Number.isNaN(local.getTime()) ? Number.NEGATIVE_INFINITY : local.getTime() - moment.offset
  return hours > longestHours ? wrapped({ ...moment, at }, hours) : { ...moment, at: at - hours * 3_600_000 }
}

const longestHours = 2_562_047
const million = 1_000_000n

function wrapped(moment: Moment, hours: number): Moment {
  if (!Number.isFinite(moment.at)) return moment
  const change = BigInt.asIntN(64, BigInt(-hours) * 3_600_000n * million) + BigInt(moment.nanos)
  const nanos = ((change % million) + million) % million
  return { ...moment, at: moment.at + Number((change - nanos) / million), nanos: Number(nanos) }
}
