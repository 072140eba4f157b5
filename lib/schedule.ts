import { Cron } from 'croner'
import { type CronField, parseCronFields } from './cron-fields.js'

/**
 * A cron schedule in a time zone, as a Kubernetes CronJob reads it.
 *
 * A slot is a minute whose local time matches the fields. So at a change of the clock, as in Kubernetes
 * (robfig/cron v3 steps through real time): a local time that does not exist is *skipped* that day, one that comes
 * twice is a slot *twice*. A daily 02:30 in Europe/Berlin does not run on the last Sunday of March and runs twice on
 * that of October; choose an hour that always exists once, or UTC. One known difference: in zones whose clock skips
 * midnight, robfig/cron v3 can lose further slots of that day; here none are lost.
 */
export interface Schedule {
  readonly expression: string
  /** IANA name. */
  readonly timeZone: string
  readonly cron: Cron
}

export type ParsedSchedule =
  | { readonly ok: true; readonly schedule: Schedule }
  | { readonly ok: false; readonly message: string }

/**
 * Reads what a CronJob accepts: five fields with names, ranges, lists, steps and `?`, or `@daily` and its like.
 * The time zone defaults to UTC (the controller manager's zone in practice). Refuses, beyond Kubernetes, `@every`,
 * dates that never come (`0 0 31 2 *`) and time zones that this system does not know.
 */
export function parseSchedule(expression: string, timeZone = 'UTC'): ParsedSchedule {
  try {
    requireTimeZone(timeZone)
    const fields = parseCronFields(expression)
    requireSomeDate(expression, fields)
    return { ok: true, schedule: { expression, timeZone, cron: calendar(fields, timeZone) } }
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, message: error.message }
    throw error
  }
}

/** The oldest slot after a time; undefined when none comes in croner's horizon (the year 10000). */
export function nextSlot(schedule: Schedule, after: Date): Date | undefined {
  let slot = schedule.cron.nextRun(after)
  while (slot !== null && !isWholeMinute(slot)) slot = schedule.cron.nextRun(slot)
  return slot ?? undefined
}

/** The newest slot at or before a time; undefined when there was none in croner's horizon. */
export function previousSlot(schedule: Schedule, atOrBefore: Date): Date | undefined {
  // croner looks strictly before, and in whole seconds.
  let reference = new Date(Math.floor(atOrBefore.getTime() / 1000) * 1000 + 1000)
  for (;;) {
    const slot = schedule.cron.previousRuns(1, reference)[0]
    if (slot === undefined || isWholeMinute(slot)) return slot
    reference = slot
  }
}

/** The slots in `from < slot <= to`, oldest first; at most `limit`, the oldest ones. */
export function slotsBetween(schedule: Schedule, from: Date, to: Date, limit: number): Date[] {
  const slots: Date[] = []
  let slot = nextSlot(schedule, from)
  while (slot !== undefined && slot <= to && slots.length < limit) {
    slots.push(slot)
    slot = nextSlot(schedule, slot)
  }
  return slots
}

/**
 * croner moves a schedule with one single time of day out of a gap, and runs it once in a double hour; Kubernetes does
 * neither. A second value in the seconds field makes croner treat every schedule as Kubernetes does, and the extra
 * half-minute runs are filtered out again.
 */
function calendar(fields: readonly CronField[], timeZone: string): Cron {
  const pattern = ['0,30', ...fields.map(field => (field.star ? '*' : field.values.join(',')))].join(' ')
  return new Cron(pattern, {
    mode: '6-part',
    paused: true,
    ...(isUtc(timeZone) ? { utcOffset: 0 } : { timezone: timeZone }),
  })
}

// Time zones cost megabytes of calendar data; most schedules need none of it.
const isUtc = (timeZone: string) => timeZone === 'UTC' || timeZone === 'Etc/UTC'

function isWholeMinute(slot: Date): boolean {
  return slot.getUTCSeconds() === 0
}

function requireTimeZone(timeZone: string): void {
  const expected = 'expected an IANA name such as Europe/Berlin or Etc/UTC'
  // Offsets (`+02:00`) are known to JavaScript but not to Kubernetes; `Local` is refused by it on purpose.
  if (!/^[A-Za-z]/.test(timeZone) || timeZone.toLowerCase() === 'local') {
    throw new RangeError(`time zone '${timeZone}' cannot be used; ${expected}`)
  }
  const known = knownTimeZone(timeZone)
  if (known === undefined) throw new RangeError(`time zone '${timeZone}' is unknown; ${expected}`)
  // JavaScript ignores case; Kubernetes looks for a file of exactly that name.
  if (known !== timeZone && known.toLowerCase() === timeZone.toLowerCase()) {
    throw new RangeError(`time zone '${timeZone}' is spelled ${known}`)
  }
}

// A formatter is heavy, and a fleet has few time zones.
const spellings = new Map<string, string | undefined>()

function knownTimeZone(timeZone: string): string | undefined {
  if (isUtc(timeZone)) return timeZone
  if (!spellings.has(timeZone)) spellings.set(timeZone, resolvedTimeZone(timeZone))
  return spellings.get(timeZone)
}

function resolvedTimeZone(timeZone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function requireSomeDate(expression: string, fields: readonly CronField[]): void {
  const [, , dayOfMonth, month, dayOfWeek] = fields
  if (dayOfMonth === undefined || month === undefined || dayOfWeek === undefined) return
  // Either day field being restricted to something that comes every week is enough, by the OR rule.
  if (dayOfMonth.star || !dayOfWeek.star) return
  const exists = month.values.some(value => (dayOfMonth.values[0] ?? 32) <= longestMonth(value))
  if (!exists) throw new RangeError(`'${expression}' names a date that never comes`)
}

function longestMonth(month: number): number {
  return month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31
}
