import type { RetentionPolicy } from '../lib/api/retention-policy.js'

/** What stays. At least one rule; a snapshot that any rule keeps stays (restic 0.17, `forget --keep-…`). */
export interface KeepRules {
  /** Name of the policy, for people. */
  readonly name?: string
  /** Newest snapshots, whatever their age. */
  readonly last?: number
  /** Hours, days, weeks, months and years of which the newest snapshot stays; those without a snapshot do not count. */
  readonly hourly?: number
  readonly daily?: number
  readonly weekly?: number
  readonly monthly?: number
  readonly yearly?: number
  /** Age up to which every snapshot stays: `30d`, `1y6m`, `12h` (restic’s form). */
  readonly within?: string
  /** Ages up to which the newest snapshot of each hour, day, … stays. */
  readonly withinHourly?: string
  readonly withinDaily?: string
  readonly withinWeekly?: string
  readonly withinMonthly?: string
  readonly withinYearly?: string
  /** Snapshots with one of these tags stay for good. */
  readonly tags?: readonly string[]
  /** Says what would be removed and removes nothing. @default false */
  readonly dryRun?: boolean
}

/** Which snapshots stay: a value that policies share. */
export class Retention {
  readonly policy: RetentionPolicy

  private constructor(policy: RetentionPolicy) {
    this.policy = policy
  }

  /** `Retention.keep({ daily: 7, weekly: 4, monthly: 12 })`. */
  static keep(rules: KeepRules): Retention {
    const { name, tags, dryRun, ...keep } = rules
    // An unknown rule becomes an unknown field, which validation names.
    const fields = Object.entries(keep).map(([rule, value]) => [
      `keep${rule.charAt(0).toUpperCase()}${rule.slice(1)}`,
      value,
    ])
    return new Retention({
      ...(name === undefined ? {} : { name }),
      ...Object.fromEntries(fields),
      ...(tags === undefined ? {} : { keepTags: [...tags] }),
      dryRun: dryRun ?? false,
    })
  }
}
