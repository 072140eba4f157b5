/**
 * A point in time with the precision and the zone that restic records: nanoseconds, and the clock of the machine that
 * took the snapshot.
 */
export interface Moment {
  /** Milliseconds since the epoch, rounded down. */
  readonly at: number
  /** Nanoseconds beyond them, 0 to 999 999. */
  readonly nanos: number
  /** Milliseconds by which the local clock is ahead of UTC. */
  readonly offset: number
}

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/

/** Reads a time as restic prints it (RFC 3339, up to nanoseconds). Throws RangeError for anything else. */
export function parseMoment(text: string): Moment {
  const match = rfc3339.exec(text)
  const seconds = match === null ? Number.NaN : Date.parse(`${text.slice(0, 19)}Z`)
  if (match === null || Number.isNaN(seconds)) {
    throw new RangeError(`time '${text}' cannot be read; expected one such as 2026-03-31T02:00:00.123456789+02:00`)
  }
  const fraction = (match[7] ?? '').padEnd(9, '0').slice(0, 9)
  const offset = zoneOffset(match[8] ?? 'Z')
  return { at: seconds - offset + Number(fraction.slice(0, 3)), nanos: Number(fraction.slice(3)), offset }
}

/** The moment of a clock that runs in UTC, as Holdfast’s movers do. */
export const utcMoment = (at: number): Moment => ({ at, nanos: 0, offset: 0 })

/** Negative when `a` is earlier, positive when later, 0 when they are the same instant. */
export const compareMoments = (a: Moment, b: Moment): number => a.at - b.at || a.nanos - b.nanos

function zoneOffset(zone: string): number {
  if (zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
