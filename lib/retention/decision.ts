import { earlier } from './calendar-duration.js'
import type { Entry } from './entry.js'
import { compareMoments, type Moment } from './moment.js'
import type { BucketRule, Rules } from './rules.js'

/** What a rule remembers while it walks from the newest snapshot to the oldest. */
interface Bucket extends BucketRule {
  readonly since: Moment | undefined
  left: number
  last: number | undefined
}

/** Called for each reason to keep the entry at `index`, in restic’s order. */
export type Keep = (index: number, reason: string) => void

/**
 * Finds every reason for which a snapshot stays; one without a reason is removed. The entries are sorted, newest first;
 * `now` in milliseconds only decides which of them lie in the future.
 * Source: restic 0.18, `ApplyPolicy` in internal/restic/snapshot_policy.go.
 */
export function findReasons(rules: Rules, entries: readonly Entry[], now: number, keep: Keep): void {
  // Ages count from the newest snapshot that is not in the future, not from today.
  const newest = entries.find(entry => entry.moment.at < now)?.moment
  const since = rules.within === undefined ? undefined : { ...rules.within, moment: before(newest, rules.within.age) }
  const buckets = [
    ...rules.counts.map(rule => bucketOf(rule, rule.count, undefined)),
    ...rules.withins.map(rule => bucketOf(rule, Number.POSITIVE_INFINITY, before(newest, rule.age))),
  ]
  let index = 0
  for (const entry of entries) {
    for (const { all, reason } of rules.tags) if (hasTags(entry, all)) keep(index, reason)
    if (since !== undefined && compareMoments(entry.moment, since.moment) > 0) keep(index, since.reason)
    const isOldest = index === entries.length - 1
    for (const bucket of buckets) if (bucket.left > 0) take(bucket, entry, index, isOldest, keep)
    index += 1
  }
}

function bucketOf({ period, reason, oldest }: BucketRule, left: number, since: Moment | undefined): Bucket {
  return { period, reason, oldest, since, left, last: undefined }
}

// The oldest snapshot stays while a rule has counts left: the history is as long as it can be.
function take(bucket: Bucket, entry: Entry, index: number, isOldest: boolean, keep: Keep): void {
  if (bucket.since !== undefined && compareMoments(entry.moment, bucket.since) <= 0) return
  // Of `keepLast` each snapshot is a period of its own.
  const period = bucket.period === 0 ? index : entry.periods[bucket.period]
  const isNew = period !== bucket.last
  if (!isNew && !isOldest) return
  bucket.last = period
  bucket.left -= 1
  keep(index, isNew ? bucket.reason : bucket.oldest)
}

// With nothing but snapshots of the future restic counts from the year 1.
function before(newest: Moment | undefined, age: Parameters<typeof earlier>[1]): Moment {
  return newest === undefined ? { at: Number.NEGATIVE_INFINITY, nanos: 0, offset: 0 } : earlier(newest, age)
}

// An empty tag stands for snapshots without any.
function hasTags({ tags }: Entry, all: readonly string[]): boolean {
  return all.every(tag => tags.includes(tag)) || (all[0] === '' && tags.length === 0)
}
