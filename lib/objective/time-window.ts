import { minutesPerDay, unsafeMinutes, wrap } from '../calendar/zone.js'

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'
type Hour = `0${Digit}` | `1${Digit}` | '20' | '21' | '22' | '23'
type Minute = `${'0' | '1' | '2' | '3' | '4' | '5'}${Digit}`

/** A time of day, `00:00` to `23:59`; anything else does not compile. */
export type ClockTime = `${Hour}:${Minute}`

/** When runs may start, every day: from a time on until before another, over midnight when `to` is the earlier one. */
export interface TimeWindow {
  readonly from: ClockTime
  readonly to: ClockTime
  /** IANA name such as `Europe/Berlin`. @default Etc/UTC */
  readonly timeZone?: string
}

/** A window, read. Minutes count from the local midnight before its beginning. */
export interface ReadWindow {
  readonly from: number
  readonly length: number
  readonly timeZone: string
  /** As people call it: `22:00-06:00 Europe/Berlin`. */
  readonly name: string
}

/** The whole day in UTC: the window of a policy that names none. */
export const wholeDay: ReadWindow = { from: 0, length: minutesPerDay, timeZone: 'Etc/UTC', name: 'the whole day' }

/** Minutes after midnight of `HH:MM`; undefined for anything else, as programs without types can pass. */
export function minuteOfDay(text: string): number | undefined {
  const [, hour, minute] = /^([01][0-9]|2[0-3]):([0-5][0-9])$/.exec(text) ?? []
  return hour === undefined ? undefined : Number(hour) * 60 + Number(minute)
}

/** Reads a window; a text says what is wrong with it. The time zone must be known already. */
export function readWindow({ from, to, timeZone = 'Etc/UTC' }: TimeWindow): ReadWindow | string {
  const [first, last] = [minuteOfDay(from), minuteOfDay(to)]
  const expected = 'expected two times from 00:00 to 23:59'
  if (first === undefined) return `window.from '${from}' is no time of day; ${expected}`
  if (last === undefined) return `window.to '${to}' is no time of day; ${expected}`
  if (first === last) return `a window from ${from} to ${to} has no length; leave it out to use the whole day`
  return {
    from: first,
    length: wrap(last - first, minutesPerDay),
    timeZone,
    name: `${from}-${to}${timeZone === 'Etc/UTC' ? '' : ` ${timeZone}`}`,
  }
}

/**
 * Minutes after the window’s beginning at which the first of `runs` runs may start so that all of them start in the
 * window, and none when a clock change skips or doubles it.
 */
export function startsIn(window: ReadWindow, runs = 1, spacing = 0): number[] {
  const unsafe = unsafeMinutes(window.timeZone)
  const starts: number[] = []
  for (let start = 0; start + (runs - 1) * spacing < window.length; start += 1) {
    const safe = Array.from({ length: runs }, (_, run) => wrap(window.from + start + run * spacing, minutesPerDay))
    if (safe.every(minute => !unsafe.has(minute))) starts.push(start)
  }
  return starts
}
