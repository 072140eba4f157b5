import { claimKey } from '../lib/fleet/claim.js'
import type { Fleet } from '../lib/fleet/fleet.js'
import { type FleetPolicy, policyKey } from '../lib/fleet/policy.js'
import { millisecondsOf, readableSpan, type TimeSpan } from '../lib/time-span.js'
import { suggestion } from './nearest.js'
import { indented, type Verdict } from './verdict.js'
import { type WorstAge, worstAgeOf } from './worst-age.js'

/** A claim, as `namespace/name` or as an object that has both. */
export type ClaimName = string | { readonly namespace: string; readonly name: string }

export interface ProtectionOptions {
  /** Oldest that the newest backup may get while every session succeeds. @default - any age */
  readonly within?: TimeSpan
}

interface Protector {
  readonly policy: FleetPolicy
  readonly age: WorstAge | undefined
}

/** Whether a policy that runs by itself protects a claim, and how old the newest backup can get. */
export function judgeProtection(fleet: Fleet, claim: ClaimName, { within }: ProtectionOptions = {}): Verdict {
  const key = typeof claim === 'string' ? claim : claimKey(claim)
  const most = within === undefined ? Number.POSITIVE_INFINITY : millisecondsOf(within)
  const protectors = fleet.policies
    .filter(policy => `${policy.namespace}/${policy.claim}` === key)
    .map((policy): Protector => ({ policy, age: worstAgeOf(policy) }))
  const best = protectors.reduce<Protector | undefined>(younger, undefined)
  const pass = best?.age !== undefined && best.age.total <= most
  return {
    pass,
    failure: () => (best === undefined ? unprotected(fleet, key) : tooWeak(key, best, most)),
    contrary: () =>
      `${key} is protected by ${policyKey(best?.policy ?? { namespace: '', name: '' })}: ${ageText(best)}`,
  }
}

function younger(best: Protector | undefined, next: Protector): Protector {
  if (best === undefined) return next
  return (next.age?.total ?? Number.POSITIVE_INFINITY) < (best.age?.total ?? Number.POSITIVE_INFINITY) ? next : best
}

const ageText = (protector: Protector | undefined): string =>
  `its newest backup is at most ${readableSpan(protector?.age?.total ?? 0)} old`

function unprotected(fleet: Fleet, key: string): string {
  const exists = fleet.claims.some(claim => claimKey(claim) === key)
  const guarded = fleet.policies.map(policy => `${policy.namespace}/${policy.claim}`)
  const known = [...new Set([...fleet.claims.map(claimKey), ...guarded])]
  const reason = exists
    ? `no policy is about it; ${suggestion(key, guarded, 'protected claim')}`
    : `no policy is about it and no manifest asks for it; ${suggestion(key, known, 'claim')}`
  return `${key} is not protected: ${reason}`
}

function tooWeak(key: string, { policy, age }: Protector, most: number): string {
  const name = policyKey(policy)
  if (policy.spec.paused === true) return `${key} is not protected: its policy ${name} (${policy.position}) is paused`
  if (age === undefined)
    return `${key} is not protected: its policy ${name} (${policy.position}) does not run every year`
  const over = `${readableSpan(age.total)} old, ${readableSpan(age.total - most)} more than ${readableSpan(most)}`
  return `${key} is protected by ${name} (${policy.position}), but its newest backup can be ${over}:\n${indented(age.parts)}`
}
