import type { RetentionPolicy } from '../api/retention-policy.js'
import type { FleetPolicy } from '../fleet/policy.js'
import { grouped } from '../grouped.js'
import { keepWithins } from '../keep-rules.js'
import type { Snapshot } from '../restic/messages.js'
import { parseCalendarDuration } from '../retention/calendar-duration.js'
import { type DatedSnapshot, keptBy } from '../retention/kept.js'
import type { Cadence, Cadences } from './cadence.js'
import type { PolicyPair } from './policy-pair.js'

const longestHistory = 20 * 365
const mostSnapshots = 10_000

/** What of a cadence decides what keep rules leave. */
type Rhythm = Pick<Cadence, 'days' | 'times' | 'runsPerWeek'>

/** What a change of rules does to a history. */
export interface Reach {
  /** Snapshots that the old rules keep. */
  readonly kept: number
  /** Those of them that the new rules remove at once. */
  readonly removed: number
  readonly oldestBefore: Date | undefined
  readonly oldestAfter: Date | undefined
  /** Whether the new rules would have kept more of the same history. */
  readonly longer: boolean
  /** From real snapshots, not from a made-up history. */
  readonly exact: boolean
}

/** Applies old and new rules to real snapshots, or to those that the old schedule would have left behind. */
export class RetentionReplay {
  readonly #cadences: Cadences
  readonly #now: Date
  readonly #stored: ReadonlyMap<string, readonly Snapshot[]> | undefined
  // A fleet has many policies and few sets of rules.
  readonly #known = new Map<string, Reach>()
  readonly #histories = new Map<string, readonly DatedSnapshot[]>()

  constructor(cadences: Cadences, now: Date, snapshots: readonly Snapshot[] | undefined) {
    this.#cadences = cadences
    this.#now = now
    this.#stored = snapshots === undefined ? undefined : byIdentity(snapshots)
  }

  of({ before, after }: PolicyPair): Reach {
    const [old, fresh] = [before.spec.retentionPolicy, after.spec.retentionPolicy]
    const groups =
      this.#stored === undefined ? [] : after.paths.map(path => this.#stored?.get(identity(after.host, path)) ?? [])
    if (groups.some(group => group.length > 0)) {
      return joined(groups.map(group => this.#compare(old, fresh, group, true)))
    }
    const cadence = this.#cadenceOf(before)
    const key = JSON.stringify([cadence, old, fresh])
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const reach = this.#compare(old, fresh, this.#history(cadence, [old, fresh]), false)
    this.#known.set(key, reach)
    return reach
  }

  /**
   * How far back the history reaches in the long run, in milliseconds, under the schedule and rules of each side;
   * undefined when no rule of the second that counts runs decides that.
   */
  spans({ before, after }: PolicyPair): [number, number] | undefined {
    const rules = after.spec.retentionPolicy
    const { keepLast, keepHourly, ...byDate } = rules
    if (keepLast === undefined && keepHourly === undefined) return undefined
    const old = this.#span(before, before.spec.retentionPolicy)
    const dated = Object.keys(byDate).some(key => /^keep[A-Z]/.test(key))
    return dated && this.#span(after, byDate) >= old ? undefined : [old, this.#span(after, rules)]
  }

  #span(policy: FleetPolicy, rules: RetentionPolicy): number {
    const oldest = this.#kept(rules, this.#history(this.#cadenceOf(policy), [rules])).at(-1)
    return oldest === undefined ? 0 : this.#now.getTime() - Date.parse(oldest.time)
  }

  #compare(old: RetentionPolicy, fresh: RetentionPolicy, history: readonly DatedSnapshot[], exact: boolean): Reach {
    const kept = this.#kept(old, history)
    const left = this.#kept(fresh, kept)
    return {
      kept: kept.length,
      removed: kept.length - left.length,
      oldestBefore: oldestOf(kept),
      oldestAfter: oldestOf(left),
      longer: this.#kept(fresh, history).length > kept.length,
      exact,
    }
  }

  #kept(rules: RetentionPolicy, snapshots: readonly DatedSnapshot[]): readonly DatedSnapshot[] {
    if (rules.dryRun === true) return snapshots
    return keptBy(rules, snapshots, this.#now).flatMap(({ keep, snapshot }) => (keep ? [snapshot] : []))
  }

  #history(cadence: Rhythm, rules: readonly RetentionPolicy[]): readonly DatedSnapshot[] {
    const days = Math.min(longestHistory, Math.max(...rules.map(each => daysBack(each, cadence))))
    const key = JSON.stringify([cadence, days])
    const known = this.#histories.get(key)
    if (known !== undefined) return known
    const history = this.#cadences.past(cadence, mostSnapshots, days).map(time => ({ time: time.toISOString() }))
    this.#histories.set(key, history)
    return history
  }

  // Minutes do not matter to keep rules; without them staggered policies share one answer.
  #cadenceOf({ schedule }: FleetPolicy): Rhythm {
    if (schedule === undefined) return { days: '* * *', times: [0], runsPerWeek: 7 }
    const { days, times, runsPerWeek } = this.#cadences.of(schedule)
    const shift = (times[0] ?? 0) % 60
    return { days, times: times.map(time => time - shift), runsPerWeek }
  }
}

const identity = (host: string, path: string) => JSON.stringify([host, path])

// Holdfast stores each path on its own; a snapshot of several belongs to another program.
function byIdentity(snapshots: readonly Snapshot[]): Map<string, Snapshot[]> {
  const single = snapshots.filter(({ paths }) => paths.length === 1)
  return grouped(single, ({ host, paths }) => identity(host, paths[0] ?? ''))
}

const oldestOf = (snapshots: readonly DatedSnapshot[]) => {
  const last = snapshots.at(-1)
  return last === undefined ? undefined : new Date(last.time)
}

function joined(reaches: readonly Reach[]): Reach {
  const sum = (of: (reach: Reach) => number) => reaches.reduce((total, reach) => total + of(reach), 0)
  const first = (times: readonly (Date | undefined)[]) =>
    times.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a), undefined)
  return {
    kept: sum(each => each.kept),
    removed: sum(each => each.removed),
    oldestBefore: first(reaches.map(each => each.oldestBefore)),
    oldestAfter: first(reaches.map(each => each.oldestAfter)),
    longer: reaches.some(each => each.longer),
    exact: true,
  }
}

/** Days after which rules keep nothing that they do not keep already; a year for those that never remove. */
function daysBack(rules: RetentionPolicy, { times, runsPerWeek }: Rhythm): number {
  const perDay = Math.max(1, times.length)
  // Days without a run stretch what is counted: a weekly schedule keeps seven days over seven weeks.
  const apart = runsPerWeek === 0 ? 366 : (7 * perDay) / runsPerWeek
  const counted = [
    ((rules.keepLast ?? 0) * apart) / perDay,
    ((rules.keepHourly ?? 0) * apart) / Math.min(perDay, 24),
    (rules.keepDaily ?? 0) * apart,
    (rules.keepWeekly ?? 0) * Math.max(7, apart),
    (rules.keepMonthly ?? 0) * Math.max(31, apart),
    (rules.keepYearly ?? 0) * 366,
  ]
  const within = keepWithins.map(key => {
    const { years, months, days, hours } = parseCalendarDuration(rules[key] ?? '0h')
    return years * 366 + months * 31 + days + hours / 24
  })
  const most = Math.max(...within, ...counted)
  return rules.dryRun === true || most === 0 ? 366 : Math.ceil(most) + Math.ceil(apart) + 31
}
