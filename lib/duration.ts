/** Durations as Go writes them (time.ParseDuration), unsigned and in milliseconds: `1h30m`, `90s`, `1.5h`, `300ms`. */

/** Anchored source of the pattern; reads the same in JavaScript and in the RE2 of the API server. */
export const durationPattern = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$'

const wholeText = new RegExp(durationPattern)
const component = /([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)/g
const second = 1000
const minute = 60 * second
const hour = 60 * minute
const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: second, m: minute, h: hour }
// Go counts nanoseconds in an int64: about 292 years.
const longest = 2 ** 63 / 1e6

/**
 * Milliseconds of a Go-style duration; parts of a millisecond are rounded.
 * Throws RangeError when the text is none (days and weeks are not), or longer than Go can hold (2562047h).
 */
export function parseDuration(text: string): number {
  if (!wholeText.test(text)) throw new RangeError(explain(text))
  let total = 0
  for (const [, amount, unit] of text.matchAll(component)) total += Number(amount) * (milliseconds[unit ?? ''] ?? 0)
  if (total >= longest) throw new RangeError(`duration '${text}' is longer than 2562047h, the most that Go can hold`)
  return Math.round(total)
}

/** As `parseDuration`; undefined where that throws. */
export function tryParseDuration(text: string): number | undefined {
  try {
    return parseDuration(text)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/**
 * The shortest Go-style text for milliseconds: `1h30m`, `1.5s`, `300ms`, `0s`.
 * Go itself writes `1h30m0s`; zero units are left out here, and Go reads both.
 * Throws RangeError for negative, fractional or infinite input.
 */
export function formatDuration(ms: number): string {
  if (!Number.isSafeInteger(ms) || ms < 0) {
    throw new RangeError(`a duration is a whole number of milliseconds from 0; got ${ms}`)
  }
  if (ms === 0) return '0s'
  if (ms < second) return `${ms}ms`
  const parts = [unit(Math.floor(ms / hour), 'h'), unit(Math.floor((ms % hour) / minute), 'm')]
  return [...parts, unit((ms % minute) / second, 's')].join('')
}

function unit(amount: number, name: string): string {
  return amount === 0 ? '' : `${amount}${name}`
}

function explain(text: string): string {
  const expected = 'expected a Go duration such as 1h30m, 90s or 300ms'
  const days = /^([0-9]+)([dw])$/.exec(text)
  if (days !== null) {
    const hours = Number(days[1]) * (days[2] === 'w' ? 168 : 24)
    return `duration '${text}': Go durations have no days or weeks; write ${hours}h`
  }
  if (/^[0-9.]+$/.test(text)) return `duration '${text}' has no unit; ${expected}`
  if (/^[+-]/.test(text)) return `duration '${text}' has a sign; ${expected}`
  return `duration '${clip(text)}' cannot be read; ${expected}`
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
