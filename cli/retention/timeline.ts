/** Ages that the ruler names, in days. */
const marks = [
  { label: 'now', days: 0 },
  { label: '1d', days: 1 },
  { label: '1w', days: 7 },
  { label: '1m', days: 31 },
  { label: '3m', days: 92 },
  { label: '1y', days: 365 },
  { label: '5y', days: 5 * 365 },
]
const day = 86_400_000

/**
 * A picture of the points that can be restored: one line, the newest on the left, a day as wide as its nearness; below
 * it a ruler. `•` is a point, a digit several in one place, `·` none. Times in milliseconds, any order.
 */
export function timelinePicture(now: number, times: readonly number[], width: number): [string, string] {
  const oldest = Math.max(day, ...times.map(time => now - time))
  // Ages are drawn by their fourth root: a year must not press the last day into one place.
  const place = (age: number) => Math.min(width - 1, Math.round((Math.max(0, age) / oldest) ** 0.25 * (width - 1)))
  const counts = new Array<number>(width).fill(0)
  for (const time of times) counts[place(now - time)] = (counts[place(now - time)] ?? 0) + 1
  const line = counts.map(count => (count === 0 ? '·' : count === 1 ? '•' : count > 9 ? '+' : String(count))).join('')
  const ruler = marks
    .filter(({ days }) => days * day <= oldest)
    .reduce((text, { label, days }) => {
      const start = place(days * day)
      return start > text.length || text === '' ? `${text.padEnd(start)}${label}` : text
    }, '')
  return [line, ruler]
}
