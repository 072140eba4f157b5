import type { RetentionPolicy } from '../lib/api/retention-policy.js'
import { type FleetPolicy, policyKey } from '../lib/fleet/policy.js'
import { type DatedSnapshot, keptBy } from '../lib/retention/kept.js'
import { lastingTags } from '../lib/retention/policy-outlook.js'
import { replay } from '../lib/retention/replay.js'
import { upkeepOf } from '../lib/retention/upkeep.js'
import { readableSpan } from '../lib/time-span.js'
import { type KeepExpectation, keepsAtLeast } from './keep-rules.js'
import { type PointInTime, timeOf, utcMinute } from './point-in-time.js'
import { firstOf, indented, type Verdict } from './verdict.js'

/** A snapshot by its time, or one of a repository, as `restic snapshots --json` lists it. */
export type ExpectedSnapshot = PointInTime | DatedSnapshot

/** What should stay: snapshots, or at least so many of each sort. */
export type Expected = ExpectedSnapshot | readonly ExpectedSnapshot[] | KeepExpectation

export interface KeepingOptions {
  /** When to look. @default - right after the newest of the snapshots */
  readonly at?: PointInTime
}

const minute = 60_000
const day = 1440 * minute
/** Runs that go before, so that the snapshots asked about are not the oldest, which restic spares. */
const history = 400 * day

/**
 * Whether a policy’s retention leaves snapshots alone until a time. Times are those of its runs, and the schedule is
 * replayed up to the time; snapshots of a repository are taken as they are, and one forget is applied to them.
 */
export function judgeKeeping(policy: FleetPolicy, expected: Expected, options: KeepingOptions = {}): Verdict {
  const list = listOf(expected)
  if (list === undefined) return keepsAtLeast(policy, expected as KeepExpectation)
  if (list.length === 0) throw new RangeError('toKeep of no snapshot proves nothing; name one')
  const times = list.map(momentOf)
  const at = options.at === undefined ? new Date(Math.max(...times)) : timeOf(options.at)
  const newest = Math.max(...times)
  if (at.getTime() < newest) {
    const [look, taken] = [utcMinute(at), utcMinute(new Date(newest))]
    throw new RangeError(`toKeep looks at ${look}, before the snapshot of ${taken} is taken, which proves nothing`)
  }
  const real = list.filter(isDated)
  if (real.length === 0) return judgeReplay(policy, times, at)
  if (real.length < list.length)
    throw new RangeError('toKeep wants times of runs or snapshots of a repository, not both')
  return judgeForget(policy, real, at)
}

function listOf(expected: Expected): readonly ExpectedSnapshot[] | undefined {
  if (Array.isArray(expected)) return expected
  const single = typeof expected === 'string' || expected instanceof Date || 'time' in expected
  return single ? [expected as ExpectedSnapshot] : undefined
}

const isDated = (snapshot: ExpectedSnapshot): snapshot is DatedSnapshot =>
  typeof snapshot === 'object' && !(snapshot instanceof Date)

// restic writes nanoseconds, which a Date does not read everywhere.
const momentOf = (snapshot: ExpectedSnapshot): number =>
  timeOf(isDated(snapshot) ? snapshot.time.replace(/(\.\d{3})\d+/, '$1') : snapshot).getTime()

function judgeForget(policy: FleetPolicy, snapshots: readonly DatedSnapshot[], at: Date): Verdict {
  const verdicts = keptBy(policy.spec.retentionPolicy, snapshots, at)
  const removed = policy.spec.retentionPolicy.dryRun === true ? [] : verdicts.filter(({ keep }) => !keep)
  const name = policyKey(policy)
  return {
    pass: removed.length === 0,
    failure: () =>
      `${name} would remove ${removed.length} of ${snapshots.length} snapshots:\n${indented(firstOf(removed.map(({ snapshot }) => snapshot.time)))}`,
    contrary: () => `${name} keeps all of ${snapshots.length} snapshots`,
  }
}

function judgeReplay(policy: FleetPolicy, times: readonly number[], at: Date): Verdict {
  const name = policyKey(policy)
  const { schedule, spec } = policy
  if (schedule === undefined) throw new RangeError(`${name} has no schedule, so it has no snapshots to keep`)
  const from = new Date(Math.min(...times) - history)
  const seen = replayed(policy, schedule, from, at)
  const lines = times.flatMap(time => fateOf(Math.floor(time / minute) * minute, seen))
  const rules = ruleText(spec.retentionPolicy)
  return {
    pass: lines.length === 0,
    failure: () => `${name} (${rules}) does not keep until ${utcMinute(at)}:\n${indented(firstOf(lines))}`,
    contrary: () =>
      `${name} (${rules}) still has at ${utcMinute(at)}: ${times.map(each => utcMinute(new Date(each))).join(', ')}`,
  }
}

interface Seen {
  /** Slot to the slot after which it was gone; undefined while it is there. */
  readonly fates: ReadonlyMap<number, number | undefined>
  readonly left: readonly number[]
}

function replayed(policy: FleetPolicy, schedule: NonNullable<FleetPolicy['schedule']>, from: Date, at: Date): Seen {
  const days = Math.max(1, Math.ceil((at.getTime() - from.getTime()) / day))
  const { forgetInterval } = upkeepOf(policy.repository?.spec)
  const course = {
    schedule,
    retention: policy.spec.retentionPolicy,
    from,
    tags: lastingTags(policy),
    ...(forgetInterval === undefined ? {} : { forgetInterval }),
  }
  const fates = new Map<number, number | undefined>()
  let present = new Set<number>()
  for (const run of replay(course, days)) {
    if (run.at > at.getTime()) break
    fates.set(run.at, undefined)
    const now = new Set(run.kept.map(entry => entry.moment.at))
    for (const time of present) if (!now.has(time)) fates.set(time, run.at)
    present = now
  }
  return { fates, left: [...present].sort((a, b) => a - b) }
}

function fateOf(time: number, { fates, left }: Seen): string[] {
  const shown = utcMinute(new Date(time))
  if (!fates.has(time)) return [`${shown}: no run is due then${nearestText(time, [...fates.keys()], 'run')}`]
  const gone = fates.get(time)
  if (gone === undefined) return []
  const age = readableSpan(gone - time)
  return [
    `${shown}: removed at ${utcMinute(new Date(gone))}, ${age} old${nearestText(time, left, 'snapshot that stays')}`,
  ]
}

function nearestText(time: number, times: readonly number[], noun: string): string {
  const [first, ...others] = times
  if (first === undefined) return ''
  const best = others.reduce((near, next) => (Math.abs(next - time) < Math.abs(near - time) ? next : near), first)
  const side = best < time ? 'before' : 'after'
  return `; the nearest ${noun} is ${utcMinute(new Date(best))}, ${readableSpan(Math.abs(best - time))} ${side}`
}

const ruleText = (policy: RetentionPolicy): string =>
  Object.entries(policy)
    .filter(([rule]) => rule.startsWith('keep'))
    .map(([rule, value]) => `${rule} ${String(value)}`)
    .join(', ')
