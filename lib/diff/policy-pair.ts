import type { Fleet } from '../fleet/fleet.js'
import { type FleetPolicy, policyKey } from '../fleet/policy.js'
import { type Difference, differencesOf } from './difference.js'
import { policyWrittenOut } from './written-out.js'

/** A policy that is there before and after. */
export interface PolicyPair {
  readonly before: FleetPolicy
  readonly after: FleetPolicy
  /** Fields of the spec that differ, less the Job template; defaults are written out. */
  readonly differences: readonly Difference[]
  /** `policy shop/orders`, by its present name. */
  readonly subject: string
}

/** The policies of two fleets, each once. */
export interface PolicyPairs {
  readonly pairs: readonly PolicyPair[]
  readonly added: readonly FleetPolicy[]
  readonly removed: readonly FleetPolicy[]
}

export const policySubject = (policy: FleetPolicy): string => `policy ${policyKey(policy)}`

/** What tells the snapshots of a policy from all others. */
export const lineageKey = ({ store, host, paths }: FleetPolicy): string =>
  JSON.stringify([store, host, [...paths].sort()])

/**
 * Finds each policy’s other self: by name; then, among the rest, by the snapshots that it makes (renamed); then by
 * the name of policy and claim in the same store (moved to another namespace); then by its volume (renamed and
 * changed in one go, which must not read as one policy gone and one new). A match must be the only one.
 */
export function policyPairs(before: Fleet, after: Fleet): PolicyPairs {
  const pairs: PolicyPair[] = []
  let removed: readonly FleetPolicy[] = before.policies
  let added: readonly FleetPolicy[] = after.policies
  for (const key of [policyKey, lineageKey, movedKey, volumeKey]) {
    const old = only(removed, key)
    const fresh = only(added, key)
    const matched = new Set<FleetPolicy>()
    for (const [name, policy] of old) {
      const other = fresh.get(name)
      if (policy === undefined || other === undefined) continue
      pairs.push(pairOf(policy, other))
      matched.add(policy).add(other)
    }
    removed = removed.filter(policy => !matched.has(policy))
    added = added.filter(policy => !matched.has(policy))
  }
  return { pairs, added, removed }
}

const movedKey = ({ store, name, claim }: FleetPolicy): string => JSON.stringify([store, name, claim])
const volumeKey = ({ namespace, claim }: FleetPolicy): string => JSON.stringify([namespace, claim])

// A key that two policies share finds neither.
function only(policies: readonly FleetPolicy[], keyOf: (policy: FleetPolicy) => string) {
  const found = new Map<string, FleetPolicy | undefined>()
  for (const policy of policies) {
    const key = keyOf(policy)
    found.set(key, found.has(key) ? undefined : policy)
  }
  return found
}

function pairOf(before: FleetPolicy, after: FleetPolicy): PolicyPair {
  const labelled = ({ labels, annotations }: FleetPolicy) => ({ labels, annotations })
  return {
    before,
    after,
    subject: policySubject(after),
    differences: [
      ...differencesOf(policyWrittenOut(before), policyWrittenOut(after), 'spec'),
      ...differencesOf(labelled(before), labelled(after), 'metadata'),
    ],
  }
}
