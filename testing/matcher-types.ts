import type { Fleet } from '../lib/fleet/fleet.js'
import type { FleetRule } from '../lib/rules/fleet-rule.js'
import type { TimeSpan } from '../lib/time-span.js'
import type { Expected, KeepingOptions } from './keeping.js'
import type { CollisionsToFind, ProblemOptions, RulesToObey } from './matchers.js'
import type { PointInTime } from './point-in-time.js'
import type { ClaimName, ProtectionOptions } from './protection.js'

/** What `expect` of a fleet or a policy can say, in the test framework’s own `expect`; `R` is its result. */
export interface HoldfastMatchers<R> {
  /** A fleet: a policy that runs by itself protects the claim; with `within`, its newest backup never gets older. */
  toProtect(claim: ClaimName, options?: ProtectionOptions): R
  /** A policy: its CronJob fires at this minute, or at some time of this day (`2026-12-24`) by its own clock. */
  toFireOn(when: PointInTime): R
  /** A policy: retention leaves these snapshots alone until `at`, or has at least these rules. */
  toKeep(expected: Expected, options?: KeepingOptions): R
  /** A policy or a whole fleet: every pod passes Pod Security `restricted`. */
  toBeRestricted(): R
  /** A policy: it stores in the Repository `namespace/name`, or in a store as restic calls it, up to a `/`. */
  toBeStoredIn(place: string): R
  /** A fleet: every policy of an earlier state goes on with its snapshots: same store, host and paths. */
  toKeepLineageOf(before: Fleet): R
  /** A fleet: no two runs meet that must not, within a year. */
  toHaveNoCollisions(options?: CollisionsToFind): R
  /** A fleet: nothing is wrong with it, as `holdfast check` sees it; with a Fleet construct, as that sees it. */
  toHaveNoProblems(options?: ProblemOptions): R
  /** A fleet: no object breaks a rule without a waiver, and no waiver is over or idle. */
  toObeyRules(rules: readonly FleetRule[], options?: RulesToObey): R
}

/** The same, where a matcher’s answer can be asked for more. */
export interface ChainedMatchers extends Omit<HoldfastMatchers<void>, 'toProtect' | 'toKeep'> {
  /** A fleet: a policy that runs by itself protects the claim. */
  toProtect(claim: ClaimName, options?: ProtectionOptions): ProtectionChain
  /** A policy: retention leaves these snapshots alone, or has at least these rules. */
  toKeep(expected: Expected, options?: KeepingOptions): KeepingChain
}

export interface ProtectionChain {
  /** And its newest backup never gets older than this while every session succeeds. */
  within(span: TimeSpan): void
}

export interface KeepingChain {
  /** And they are still there then. */
  at(time: PointInTime): void
}
