import type { FleetPolicy } from '../../lib/fleet/policy.js'
import type { MonthlyCost } from '../../lib/retention/cost.js'
import type { Churn, StoragePoint } from '../../lib/retention/growth.js'
import type { RetentionSimulation } from '../../lib/retention/simulate.js'

/** Everything that is known of one policy’s future. */
export interface PolicyOutlook {
  readonly policy: FleetPolicy
  readonly simulation: RetentionSimulation
  readonly churn: Churn
  /** Whether git states the size of the claim. */
  readonly isSizeKnown: boolean
  readonly growth: readonly StoragePoint[]
  readonly cost: MonthlyCost
}
