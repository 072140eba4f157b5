import { policyKey } from '../lib/fleet/policy.js'
import { podsOf } from '../lib/fleet/policy-pods.js'
import { restrictedViolations } from '../lib/pod-security/restricted.js'
import type { PolicyUnderTest } from './fleet-under-test.js'
import { firstOf, indented, type Verdict } from './verdict.js'

/** Whether every pod of the policies passes Pod Security `restricted`; a pod that git does not show does not. */
export function judgeRestriction(policies: readonly PolicyUnderTest[]): Verdict {
  const faults = policies.flatMap(policy => faultsOf(policy))
  return {
    pass: faults.length === 0,
    failure: () => `not allowed where Pod Security is restricted:\n${indented(firstOf(faults))}`,
    contrary: () => `all pods of ${policies.length} policies are allowed where Pod Security is restricted`,
  }
}

function faultsOf(policy: PolicyUnderTest): string[] {
  const name = policyKey(policy)
  const unseen =
    policy.jobTemplate === undefined
      ? [`${name}: its Job is resolved by the controller, so git does not show its pod`]
      : []
  const found = podsOf(policy.fleet, policy).flatMap(pod =>
    restrictedViolations(pod).map(
      ({ control, field, message }) => `${name} ${pod.role}: ${field} ${message} (${control})`,
    ),
  )
  return [...unseen, ...found]
}
