import type { RetentionPolicy } from '../../lib/api/retention-policy.js'
import type { SnapshotIdentity } from '../../lib/identity.js'
import type { ForgetPlan } from '../../lib/retention/forget-plan.js'

/** Retention that is to be tried on a repository. */
export interface Subject {
  readonly name: string
  readonly of: SnapshotIdentity
  readonly retention: RetentionPolicy
  /** When the policy runs next; undefined to judge the repository as it is. */
  readonly nextRun: Date | undefined
  readonly tags: readonly string[]
}

/** What one subject would do. */
export interface Preview extends Subject {
  readonly plan: ForgetPlan
}

/** Id of the snapshot that the next backup will make. */
export const nextSnapshot = 'next backup'
