import { type AgeBandName, ageBands, type Gaps, gapsAt, greaterGaps, noGaps } from './age-bands.js'
import { findReasons } from './decision.js'
import type { Entry } from './entry.js'
import { type Course, type ReplayedRun, replay } from './replay.js'
import { isEmpty, rulesOf } from './rules.js'

/** One restorable point and why it is still there. */
export interface KeptPoint {
  readonly at: Date
  readonly reasons: readonly string[]
}

/** What a policy keeps some days after it began, right after its newest run. */
export interface KeptState {
  readonly day: number
  readonly at: Date
  /** Newest first. */
  readonly points: readonly KeptPoint[]
  /** The oldest moment to which anything can be restored; undefined when nothing ran yet. */
  readonly oldest: Date | undefined
  /** Points by age; a point lies in the band that begins with its age. */
  readonly count: Readonly<Record<AgeBandName, number>>
  readonly gaps: Gaps
}

/** The snapshots at one moment of the course, newest first, in milliseconds since the epoch. */
export interface Sample {
  readonly at: number
  readonly times: readonly number[]
}

/** What came of a policy that was replayed. */
export interface RetentionSimulation {
  readonly runs: number
  readonly states: readonly KeptState[]
  /** Greatest gap at each age that anybody may meet over the whole course, just before or after a run. */
  readonly worstGaps: Gaps
  /** Shortest age of the oldest point, just before a run, in the second half of the course; undefined with one run. */
  readonly reach: number | undefined
  /** Fewest points just before a run, in the second half of the course; undefined with one run. */
  readonly fewest: number | undefined
  /** One for each week and the end, for growth and pictures. */
  readonly samples: readonly Sample[]
}

export const usualDays = [30, 90, 365] as const
const day = 86_400_000
const week = 7 * day

/**
 * Replays a policy and says what it keeps after some days. Exact as far as the runs come: forget agrees with restic
 * (`keptBy`). Throws RangeError for a schedule or an age that cannot be read.
 */
export function simulateRetention(course: Course, days: readonly number[] = usualDays): RetentionSimulation {
  const ordered = [...days].sort((a, b) => a - b)
  const horizon = ordered.at(-1) ?? 0
  const begin = course.from.getTime()
  const summary = new Summary(begin + (horizon * day) / 2)
  const states: KeptState[] = []
  let last: ReplayedRun | undefined
  for (const run of replay(course, horizon)) {
    while (ordered[states.length] !== undefined && run.at > begin + (ordered[states.length] ?? 0) * day) {
      states.push(stateOf(course, ordered[states.length] ?? 0, last))
    }
    summary.add(run)
    last = run
  }
  for (const each of ordered.slice(states.length)) states.push(stateOf(course, each, last))
  return { ...summary.result(last), states }
}

/** What is remembered of the runs while they pass. */
class Summary {
  readonly #half: number
  readonly #samples: Sample[] = []
  #runs = 0
  #gaps: Gaps = noGaps()
  #reach: number | undefined
  #fewest: number | undefined

  constructor(half: number) {
    this.#half = half
  }

  add(run: ReplayedRun): void {
    this.#runs += 1
    const { before, kept } = run
    this.#gaps = greaterGaps(this.#gaps, gapsAt(run.at, before))
    // A run that only adds a point leaves every gap as it was.
    if (kept.length <= before.length) this.#gaps = greaterGaps(this.#gaps, gapsAt(run.at, kept))
    const oldest = before.at(-1)
    if (run.at >= this.#half && oldest !== undefined) {
      this.#reach = Math.min(this.#reach ?? Number.POSITIVE_INFINITY, run.at - oldest.moment.at)
      this.#fewest = Math.min(this.#fewest ?? Number.POSITIVE_INFINITY, before.length)
    }
    const sampled = this.#samples.at(-1)
    if (sampled === undefined || run.at >= sampled.at + week) this.#samples.push(sampleOf(run))
  }

  result(last: ReplayedRun | undefined): Omit<RetentionSimulation, 'states'> {
    const rest = last === undefined || this.#samples.at(-1)?.at === last.at ? [] : [sampleOf(last)]
    const samples = [...this.#samples, ...rest]
    return { runs: this.#runs, worstGaps: this.#gaps, reach: this.#reach, fewest: this.#fewest, samples }
  }
}

const timesOf = (entries: readonly Entry[]) => entries.map(entry => entry.moment.at)
const sampleOf = (run: ReplayedRun): Sample => ({ at: run.at, times: timesOf(run.kept) })

function stateOf(course: Course, afterDays: number, run: ReplayedRun | undefined): KeptState {
  const at = run?.at ?? course.from.getTime()
  const entries = run?.kept ?? []
  const times = timesOf(entries)
  const oldest = times.at(-1)
  const count = (from: number, to: number) => times.filter(time => at - time >= from && at - time < to).length
  return {
    day: afterDays,
    at: new Date(at),
    points: pointsOf(course, entries, at),
    oldest: oldest === undefined ? undefined : new Date(oldest),
    count: Object.fromEntries(ageBands.map(({ name, from, to }) => [name, count(from, to)])) as KeptState['count'],
    gaps: gapsAt(at, entries),
  }
}

function pointsOf(course: Course, entries: readonly Entry[], at: number): KeptPoint[] {
  const rules = rulesOf(course.retention)
  const reasons = entries.map((): string[] => [])
  if (!isEmpty(rules)) findReasons(rules, entries, at + 1, (index, reason) => reasons[index]?.push(reason))
  return entries.map((entry, index) => ({ at: new Date(entry.moment.at), reasons: reasons[index] ?? [] }))
}
