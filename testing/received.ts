import type { Fleet } from '../lib/fleet/fleet.js'
import { fieldsOf } from '../lib/fleet/manifest.js'
import type { PolicyUnderTest } from './fleet-under-test.js'
import { requireProof } from './proof.js'

/** The fleet that a matcher was given. Throws TypeError, with what it got, for anything else. */
export function fleetGiven(received: unknown, matcher: string): Fleet {
  if (isFleet(received)) return received
  throw new TypeError(`${matcher} is about a fleet, as fleetFrom(…) makes it; got ${describe(received)}`)
}

/** The policy that a matcher was given. Throws TypeError, with what it got, for anything else. */
export function policyGiven(received: unknown, matcher: string): PolicyUnderTest {
  if (isPolicy(received)) return received
  throw new TypeError(
    `${matcher} is about a policy, as fleet.policy('shop/orders') gives it; got ${describe(received)}`,
  )
}

/** Policies of a fleet, or the one policy that was given. */
export function policiesGiven(received: unknown, matcher: string): readonly PolicyUnderTest[] {
  if (isPolicy(received)) return [received]
  const fleet = fleetGiven(received, matcher)
  requireProof(fleet, matcher)
  return fleet.policies.map(policy => ({ ...policy, fleet }))
}

function isFleet(value: unknown): value is Fleet {
  const { policies, claims, manifests } = fieldsOf(value)
  return Array.isArray(policies) && Array.isArray(claims) && Array.isArray(manifests)
}

function isPolicy(value: unknown): value is PolicyUnderTest {
  const { fleet, claim, spec } = fieldsOf(value)
  return isFleet(fleet) && typeof claim === 'string' && typeof spec === 'object'
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null
    ? `an object (${value.constructor?.name ?? 'no class'})`
    : String(value)
}
