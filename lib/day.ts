const shape = /^\d{4}-\d{2}-\d{2}$/

/** The beginning of a day in UTC, of a date such as `2027-06-30`; undefined for anything else, and for 30 February. */
export function parseDay(text: string): Date | undefined {
  const date = shape.test(text) ? new Date(`${text}T00:00:00Z`) : undefined
  if (date === undefined || Number.isNaN(date.getTime())) return undefined
  return date.toISOString().startsWith(text) ? date : undefined
}
