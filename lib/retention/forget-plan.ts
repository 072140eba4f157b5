import type { RetentionPolicy } from '../api/retention-policy.js'
import { grouped } from '../grouped.js'
import type { SnapshotIdentity } from '../identity.js'
import type { Snapshot } from '../restic/messages.js'
import { keptBy, refusalOf, type Verdict } from './kept.js'

/** Snapshots that restic judges together: one host, the same paths. */
export interface ForgetGroup {
  readonly host: string
  readonly paths: readonly string[]
  readonly verdicts: readonly Verdict<Snapshot>[]
}

/** What one forget would do to a repository. */
export interface ForgetPlan {
  readonly groups: readonly ForgetGroup[]
  /** Why restic refuses it and removes nothing. */
  readonly refusal: string | undefined
  /** Snapshots of other hosts and paths: forget does not look at them. */
  readonly untouched: readonly Snapshot[]
}

/**
 * What the command of `forgetCommand` does with all the snapshots of a repository: it looks at one host and path alone.
 * A snapshot of this path and others at once is judged apart from those of this path only, as restic groups them.
 */
export function forgetPlan(
  of: SnapshotIdentity,
  policy: RetentionPolicy,
  snapshots: readonly Snapshot[],
  now: Date,
): ForgetPlan {
  const isMeant = (each: Snapshot) => each.host === of.host && each.paths.includes(of.path)
  const byPaths = grouped(snapshots.filter(isMeant), each => JSON.stringify([...each.paths].sort()))
  const groups = [...byPaths].map(([key, members]): ForgetGroup => {
    return { host: of.host, paths: JSON.parse(key) as string[], verdicts: keptBy(policy, members, now) }
  })
  const refusal = groups.map(({ verdicts }) => refusalOf(verdicts)).find(each => each !== undefined)
  const untouched = snapshots.filter(each => !isMeant(each))
  if (refusal === undefined) return { groups, refusal, untouched }
  // One refused group ends the whole command before anything is removed.
  const spared = groups.map(group => ({
    ...group,
    verdicts: group.verdicts.map(verdict => (verdict.keep ? verdict : { ...verdict, keep: true, reasons: [refusal] })),
  }))
  return { groups: spared, refusal, untouched }
}
