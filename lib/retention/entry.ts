import type { Moment } from './moment.js'

/** A snapshot as retention looks at it. */
export interface Entry {
  readonly moment: Moment
  readonly tags: readonly string[]
  /** Which hour, day, ISO week, month and year of its own zone it belongs to, at 1 to 5; 0 is not used. */
  readonly periods: readonly number[]
}

const hour = 3_600_000
const day = 24 * hour

/** The entry of a snapshot. Periods are plain numbers: equal exactly when restic sees the same hour, day, … */
export function entryOf(moment: Moment, tags: readonly string[] = []): Entry {
  const local = moment.at + moment.offset
  const date = new Date(local)
  const year = date.getUTCFullYear()
  const days = Math.floor(local / day)
  // The epoch was a Thursday, ISO weeks begin on Mondays.
  const week = Math.floor((days + 3) / 7)
  return { moment, tags, periods: [0, Math.floor(local / hour), days, week, year * 12 + date.getUTCMonth(), year] }
}
