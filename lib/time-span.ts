import { formatDuration, parseDuration } from './duration.js'

/** A length of time: Go-style text (`36h`, `90m`), or cdk8s’ `Duration.hours(36)`. */
export type TimeSpan = string | { toMilliseconds(): number }

/** Milliseconds of a length of time. Throws RangeError when the text is none. */
export function millisecondsOf(span: TimeSpan): number {
  return typeof span === 'string' ? parseDuration(span) : span.toMilliseconds()
}

const minute = 60_000
const day = 86_400_000

/** Milliseconds for people: `26h`, `3d 4h`, rounded to minutes. */
export function readableSpan(ms: number): string {
  const whole = Math.round(ms / minute) * minute
  if (whole < 2 * day) return whole < minute ? formatDuration(Math.round(ms)) : formatDuration(whole)
  const rest = whole % day
  return `${Math.floor(whole / day)}d${rest === 0 ? '' : ` ${formatDuration(rest)}`}`
}
