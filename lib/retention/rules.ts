import type { RetentionPolicy } from '../api/retention-policy.js'
import { type CalendarDuration, formatCalendarDuration, isNothing, parseCalendarDuration } from './calendar-duration.js'

/** A retention policy made ready for many snapshots. */
export interface Rules {
  readonly tags: readonly TagRule[]
  /** Age up to which everything stays. */
  readonly within: { readonly age: CalendarDuration; readonly reason: string } | undefined
  readonly counts: readonly CountRule[]
  readonly withins: readonly WithinRule[]
}

/** Position in `Entry.periods`: the periods of which the newest snapshot stays. */
export type Period = 0 | 1 | 2 | 3 | 4 | 5

interface TagRule {
  readonly all: readonly string[]
  readonly reason: string
}
/** A rule that keeps the newest snapshot of each period. */
export interface BucketRule {
  readonly period: Period
  readonly reason: string
  /** The reason of the oldest snapshot of all, which stays while the rule has counts left. */
  readonly oldest: string
}
interface CountRule extends BucketRule {
  readonly count: number
}
interface WithinRule extends BucketRule {
  readonly age: CalendarDuration
}

const counted = [
  ['keepLast', 'last'],
  ['keepHourly', 'hourly'],
  ['keepDaily', 'daily'],
  ['keepWeekly', 'weekly'],
  ['keepMonthly', 'monthly'],
  ['keepYearly', 'yearly'],
] as const
const aged = [
  ['keepWithinHourly', 'hourly', 1],
  ['keepWithinDaily', 'daily', 2],
  ['keepWithinWeekly', 'weekly', 3],
  ['keepWithinMonthly', 'monthly', 4],
  ['keepWithinYearly', 'yearly', 5],
] as const

/** The rules of a policy, with the reasons in restic’s words. Throws RangeError for an age that cannot be read. */
export function rulesOf(policy: RetentionPolicy): Rules {
  const age = parseCalendarDuration(policy.keepWithin ?? '0h')
  return {
    tags: (policy.keepTags ?? []).map(tagRule),
    within: isNothing(age) ? undefined : { age, reason: `within ${formatCalendarDuration(age)}` },
    counts: counted.flatMap(([key, word], index) => {
      const count = policy[key] ?? 0
      const reason = `${word} snapshot`
      return count === 0 ? [] : [{ period: index as Period, count, reason, oldest: `oldest ${reason}` }]
    }),
    withins: aged.flatMap(([key, word, period]) => withinRule(policy[key], word, period)),
  }
}

function withinRule(text: string | undefined, word: string, period: Period): WithinRule[] {
  const age = parseCalendarDuration(text ?? '0h')
  const reason = `${word} within ${formatCalendarDuration(age)}`
  return isNothing(age) ? [] : [{ period, age, reason, oldest: `oldest ${reason}` }]
}

// restic splits a tag list at commas and trims each; a snapshot must have all of them.
function tagRule(text: string): TagRule {
  const all = text.split(',').map(tag => tag.trim())
  return { all, reason: `has tags [${all.join(', ')}]` }
}

/** True when no rule is left that restic would look at. */
export const isEmpty = ({ tags, within, counts, withins }: Rules): boolean =>
  tags.length === 0 && within === undefined && counts.length === 0 && withins.length === 0
