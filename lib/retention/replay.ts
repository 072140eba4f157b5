import type { RetentionPolicy } from '../api/retention-policy.js'
import { slotMinutes, type WrittenSchedule } from '../calendar/slots.js'
import { earlier } from './calendar-duration.js'
import { findReasons } from './decision.js'
import { type Entry, entryOf } from './entry.js'
import { compareMoments, utcMoment } from './moment.js'
import { isEmpty, type Rules, rulesOf } from './rules.js'

/** How a run of a policy ended, as far as retention is concerned. */
export type RunOutcome = 'Succeeded' | 'PartiallySucceeded' | 'Failed'

/** A policy and the time for which it is replayed. */
export interface Course {
  readonly schedule: WrittenSchedule
  readonly retention: RetentionPolicy
  /** When the first slot may be; the repository has no snapshot before. */
  readonly from: Date
  /** Tags of every snapshot. @default - `holdfast` */
  readonly tags?: readonly string[]
  /** Least time between two runs of forget, in milliseconds. @default - forget follows every good backup */
  readonly forgetInterval?: number
  /** How the run of a slot ends. @default - every run succeeds */
  readonly outcome?: (slot: Date, index: number) => RunOutcome
}

/** The snapshots of a policy around one slot, newest first. */
export interface ReplayedRun {
  readonly at: number
  /** Just before the backup, when the newest snapshot is as old as it gets. */
  readonly before: readonly Entry[]
  /** After the backup and the forget that follows it. */
  readonly kept: readonly Entry[]
}

const minute = 60_000
/** Snapshots that may be looked at, of all runs together: under a minute of work. */
const mostWork = 100_000_000

const tooMuch = (runs: number, kept: number) =>
  `after ${runs} runs it keeps ${kept} snapshots, which is more than can be replayed; ask for fewer days, keep less, or run it less often`

/**
 * Runs a policy for some days, slot by slot: a backup, then forget as the maintain Job applies it, which is never after
 * a partial or failed run. Snapshots carry the slot’s time in UTC, the zone of the movers. Throws RangeError for a
 * schedule or an age that cannot be read.
 */
export function* replay(course: Course, days: number): Generator<ReplayedRun> {
  const rules = rulesOf(course.retention)
  const removes = !isEmpty(rules) && course.retention.dryRun !== true
  const [from, to] = [
    Math.ceil(course.from.getTime() / minute),
    Math.floor(course.from.getTime() / minute) + days * 1440,
  ]
  const tags = course.tags ?? ['holdfast']
  let kept: readonly Entry[] = []
  let work = 0
  const forgets = new ForgetClock(course.forgetInterval ?? 0)
  for (const [index, slot] of slotMinutes(course.schedule, from, to + 1).entries()) {
    const at = slot * minute
    if (removes && forgets.comesDue(at)) kept = afterForget(rules, kept, at)
    const before = kept
    const outcome = course.outcome?.(new Date(at), index) ?? 'Succeeded'
    if (outcome !== 'Failed') kept = [entryOf(utcMoment(at), tags), ...kept]
    forgets.ran(outcome, at)
    if (removes && forgets.comesDue(at)) kept = afterForget(rules, kept, at)
    work += kept.length
    if (work > mostWork) throw new RangeError(tooMuch(index + 1, kept.length))
    yield { at, before, kept }
  }
}

/** When forget is due: after a good newest run, and no sooner than the interval after the last one. */
class ForgetClock {
  readonly #interval: number
  #last = Number.NEGATIVE_INFINITY
  #goodSince: number | undefined

  constructor(interval: number) {
    this.#interval = interval
  }

  ran(outcome: RunOutcome, at: number): void {
    this.#goodSince = outcome === 'Succeeded' ? at : undefined
  }

  /** Whether forget came due at or before `at`; if so, it has run. */
  comesDue(at: number): boolean {
    if (this.#goodSince === undefined) return false
    const due = Math.max(this.#goodSince, this.#last + this.#interval)
    if (due > at) return false
    this.#goodSince = undefined
    this.#last = due
    return true
  }
}

function afterForget(rules: Rules, entries: readonly Entry[], at: number): readonly Entry[] {
  if (isAllWithin(rules, entries)) return entries
  const stays = new Uint8Array(entries.length)
  findReasons(rules, entries, at + 1, index => {
    stays[index] = 1
  })
  // restic refuses to remove the last snapshots of a host and path, and then removes none.
  return stays.includes(1) && stays.includes(0) ? entries.filter((_, index) => stays[index] === 1) : entries
}

// While the oldest snapshot is young enough, so are all.
function isAllWithin({ within }: Rules, entries: readonly Entry[]): boolean {
  const [newest, oldest] = [entries[0], entries.at(-1)]
  if (within === undefined || newest === undefined || oldest === undefined) return false
  return compareMoments(oldest.moment, earlier(newest.moment, within.age)) > 0
}
