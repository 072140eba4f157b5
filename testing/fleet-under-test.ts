import { claimKey } from '../lib/fleet/claim.js'
import type { Fleet } from '../lib/fleet/fleet.js'
import { type FleetPolicy, policyKey } from '../lib/fleet/policy.js'
import { suggestion } from './nearest.js'

/** A policy with the fleet that it is part of. */
export interface PolicyUnderTest extends FleetPolicy {
  readonly fleet: Fleet
}

/** A fleet whose policies are found by name. */
export class FleetUnderTest implements Fleet {
  readonly policies: Fleet['policies']
  readonly repositories: Fleet['repositories']
  readonly claims: Fleet['claims']
  readonly cronJobs: Fleet['cronJobs']
  readonly manifests: Fleet['manifests']
  readonly problems: Fleet['problems']
  /** Whether a Fleet construct has judged all of it, with the exemptions, rules and waivers that the app states. */
  readonly checked: boolean

  constructor(fleet: Fleet, checked = false) {
    this.checked = checked
    this.policies = fleet.policies
    this.repositories = fleet.repositories
    this.claims = fleet.claims
    this.cronJobs = fleet.cronJobs
    this.manifests = fleet.manifests
    this.problems = fleet.problems
  }

  /** The policy `namespace/name`. Throws RangeError, with the nearest name, when there is none. */
  policy(key: string): PolicyUnderTest {
    const policy = this.policies.find(each => policyKey(each) === key)
    if (policy !== undefined) return { ...policy, fleet: this }
    throw new RangeError(`there is no policy ${key}; ${suggestion(key, this.policies.map(policyKey), 'policy')}`)
  }

  /** The policies that protect the claim `namespace/name`; none when nobody does. */
  protectorsOf(claim: string): readonly PolicyUnderTest[] {
    return this.policies
      .filter(policy => claimKey({ namespace: policy.namespace, name: policy.claim }) === claim)
      .map(policy => ({ ...policy, fleet: this }))
  }
}
