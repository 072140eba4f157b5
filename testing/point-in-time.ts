/** A minute: a Date, or ISO 8601 with its zone, such as `2026-12-24T02:00Z` or `2026-12-24T03:00+01:00`. */
export type PointInTime = Date | string

const withZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

/** Reads a point in time. Throws RangeError for a text without a zone, which would mean another time elsewhere. */
export function timeOf(point: PointInTime): Date {
  const date = typeof point === 'string' ? new Date(withZone.test(point) ? point : Number.NaN) : point
  if (!Number.isNaN(date.getTime())) return date
  throw new RangeError(
    `'${String(point)}' is no point in time; expected a Date, or text with its zone: 2026-12-24T02:00Z`,
  )
}

/** `2026-12-24T02:00Z`. */
export const utcMinute = (date: Date): string => `${date.toISOString().slice(0, 16)}Z`

/** The same moment by the clock of a zone: `2026-12-24 03:00 Europe/Berlin`. */
export function localMinute(date: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  return `${format.format(date)} ${timeZone}`
}
