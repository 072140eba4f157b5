const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** A span as people say it: `12 s`, `3 min`, `5 h`, `9 d`. `seconds` may be negative: the future has the same words. */
export function inWords(seconds: number): string {
  const span = Math.abs(seconds)
  if (span < minute) return `${Math.round(span)} s`
  if (span < hour) return `${Math.round(span / minute)} min`
  if (span < 2 * day) return `${Math.round(span / hour)} h`
  return `${Math.round(span / day)} d`
}

/** How long ago a time of the Kubernetes API was, or how long it is until then; `never` without one. */
export function relative(time: string | undefined, now: Date): string {
  if (time === undefined) return 'never'
  const seconds = (now.getTime() - Date.parse(time)) / 1000
  return seconds >= -1 ? `${inWords(Math.max(0, seconds))} ago` : `in ${inWords(seconds)}`
}
