/** A minute: a Date, or ISO 8601 with its zone, such as `2026-12-24T02:00Z` or `2026-12-24T03:00+01:00`. */
export type PointInTime = Date | string

const withZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

/** Reads a point in time. Throws RangeError for a text without a zone, which would mean another time elsewhere. */
export function timeOf(point: PointInTime): Date {
  const date = typeof point === 'string' ? new Date(withZone.test(point) ? point : Number.NaN) : point
  const isThere = typeof point !== 'string' || dayOf(point.slice(0, 10)) !== undefined
  if (isThere && !Number.isNaN(date.getTime())) return date
  throw new RangeError(
    `'${String(point)}' is no point in time; expected a Date, or text with its zone: 2026-12-24T02:00Z`,
  )
}

const dateOnly = /^\d{4}-\d{2}-\d{2}$/

/** A date alone, such as `2026-12-24`; undefined for a moment. Throws RangeError for a day that no month has. */
export function dayOf(point: PointInTime): string | undefined {
  if (typeof point !== 'string' || !dateOnly.test(point)) return undefined
  const midnight = new Date(`${point}T00:00:00Z`)
  // JavaScript takes the 30th of February for the second of March.
  if (!Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(point)) return point
  throw new RangeError(`'${point}' is no date; expected one such as 2026-12-24`)
}

/** `2026-12-24T02:00Z`. */
export const utcMinute = (date: Date): string => `${date.toISOString().slice(0, 16)}Z`

/** The same moment by the clock of a zone: `2026-12-24 03:00 Europe/Berlin`. */
export function localMinute(date: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  return `${format.format(date)} ${timeZone}`
}
