import { type Claim, claimKey } from '../fleet/claim.js'
import type { FleetPolicy } from '../fleet/policy.js'
import type { Problem } from '../problem.js'

/** `BackupConfiguration shop/orders (policies.yaml:3:1)`. */
export const describePolicy = (policy: FleetPolicy): string =>
  `BackupConfiguration ${policy.namespace}/${policy.name} (${policy.position})`

/** A problem of a policy, at its position. */
export function policyProblem(policy: FleetPolicy, code: Problem['code'], path: string, message: string): Problem {
  return {
    code,
    object: `BackupConfiguration ${policy.namespace}/${policy.name}`,
    path,
    message,
    source: policy.position,
  }
}

/** A claim as its problems name it. */
export const describeClaim = (claim: Claim): string => `PersistentVolumeClaim ${claimKey(claim)}`
