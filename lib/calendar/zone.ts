/** From a UTC minute on, how many minutes a zone’s clock is ahead of UTC. */
export interface OffsetSegment {
  /** Minutes since 1970. */
  readonly from: number
  readonly offset: number
}

/** A change of a zone’s clock. */
export interface ClockChange {
  /** The first UTC minute of the new offset. */
  readonly at: number
  readonly before: number
  readonly after: number
}

export const minutesPerDay = 1440

// Years whose clock changes stand for all: schedules that are derived must not depend on the day of the synth.
const referenceFrom = Date.UTC(2024, 0, 1) / 60_000
const referenceTo = Date.UTC(2038, 0, 1) / 60_000

const isUtc = (timeZone: string) => timeZone === 'UTC' || timeZone === 'Etc/UTC'
const known = new Map<string, readonly OffsetSegment[]>()
const formats = new Map<string, Intl.DateTimeFormat>()

/** The offsets of a zone in `from <= minute < to`; the first begins at `from`. Throws RangeError for an unknown zone. */
export function zoneSegments(timeZone: string, from: number, to: number): readonly OffsetSegment[] {
  if (isUtc(timeZone)) return [{ from, offset: 0 }]
  const key = `${timeZone} ${from} ${to}`
  const found = known.get(key) ?? findSegments(timeZone, from, to)
  known.set(key, found)
  return found
}

/** Minutes that a zone’s clock is ahead of UTC at a UTC minute. */
export function offsetAt(timeZone: string, minute: number): number {
  if (isUtc(timeZone)) return 0
  const text = formatOf(timeZone).format(minute * 60_000)
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(text) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
}

/** The clock changes of a zone from 2024 to 2037, as far as its rules are known. */
export function clockChanges(timeZone: string): readonly ClockChange[] {
  const segments = zoneSegments(timeZone, referenceFrom, referenceTo)
  return segments.slice(1).map(({ from, offset }, index) => {
    return { at: from, before: segments[index]?.offset ?? offset, after: offset }
  })
}

/** Most minutes that a day of the zone is longer than 24 hours. */
export function longestSetBack(timeZone: string): number {
  return Math.max(0, ...clockChanges(timeZone).map(({ before, after }) => before - after))
}

/** Minutes of the day that some clock change skips or doubles: no run should start then. */
export function unsafeMinutes(timeZone: string): ReadonlySet<number> {
  const unsafe = new Set<number>()
  for (const { at, before, after } of clockChanges(timeZone)) {
    const last = at + Math.max(before, after)
    for (let local = at + Math.min(before, after); local < last; local += 1) unsafe.add(wrap(local, minutesPerDay))
  }
  return unsafe
}

/** The remainder that is never negative. */
export function wrap(value: number, cycle: number): number {
  const rest = value % cycle
  return rest < 0 ? rest + cycle : rest
}

function findSegments(timeZone: string, from: number, to: number): OffsetSegment[] {
  const segments: OffsetSegment[] = [{ from, offset: offsetAt(timeZone, from) }]
  for (let at = from; at < to; at += minutesPerDay) {
    const next = Math.min(at + minutesPerDay, to)
    const before = segments.at(-1)?.offset ?? 0
    const after = offsetAt(timeZone, next)
    if (after !== before && next < to + 1)
      segments.push({ from: changeBetween(timeZone, at, next, before), offset: after })
  }
  return segments.filter(segment => segment.from < to)
}

// The first minute in `low < minute <= high` with another offset.
function changeBetween(timeZone: string, low: number, high: number, before: number): number {
  let [same, other] = [low, high]
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2)
    if (offsetAt(timeZone, middle) === before) same = middle
    else other = middle
  }
  return other
}

// Making a formatter takes a thousand times as long as using it.
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  formats.set(timeZone, format)
  return format
}
