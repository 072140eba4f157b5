import { annotatedExemption, type ClaimExemption, ExemptionList, listedExemption } from '../coverage/exemption.js'
import { type Claim, claimKey, type Exemption, exemptionOf } from '../fleet/claim.js'
import type { Fleet } from '../fleet/fleet.js'
import { type FleetPolicy, policyKey } from '../fleet/policy.js'
import { grouped } from '../grouped.js'
import { enumeration } from './amount.js'
import { type Change, positionsOf } from './change.js'
import type { Comparison } from './comparison.js'
import { detail } from './difference.js'
import { policySubject } from './policy-pair.js'

/** A volume with all that speaks of it on one side. */
interface Side {
  readonly claim: Claim | undefined
  readonly policies: readonly FleetPolicy[]
  /** Those that are not paused. */
  readonly active: readonly FleetPolicy[]
  readonly exemption: Exemption | undefined
  /** Whether the exemption has a reason and an end that is still to come. */
  readonly exempt: boolean
}

/** Which volumes are newly protected, no longer protected, or newly exempt. */
export function protectionChanges(comparison: Comparison): Change[] {
  const { exemptions, now } = comparison.options
  const before = sidesOf(comparison.before, exemptions?.before ?? [], now)
  const after = sidesOf(comparison.after, exemptions?.after ?? [], now)
  const { pairs } = comparison.policies
  const successors = {
    of: new Map(pairs.map(pair => [pair.before, pair.after])),
    known: new Set(pairs.map(pair => pair.after)),
  }
  return [...new Set([...before.keys(), ...after.keys()])].flatMap(key => {
    const [old, fresh] = [before.get(key) ?? nothing, after.get(key) ?? nothing]
    return [...coverChange(key, old, fresh, successors), ...exemptionChange(key, old, fresh)]
  })
}

const nothing: Side = { claim: undefined, policies: [], active: [], exemption: undefined, exempt: false }

function sidesOf({ claims, policies }: Fleet, listed: readonly ClaimExemption[], now: Date): Map<string, Side> {
  const list = new ExemptionList(listed)
  const byVolume = grouped(policies, ({ namespace, claim }) => `${namespace}/${claim}`)
  const byClaim = new Map(claims.map(claim => [claimKey(claim), claim]))
  const keys = new Set([...byVolume.keys(), ...byClaim.keys()])
  return new Map(
    [...keys].map((key): [string, Side] => {
      const claim = byClaim.get(key)
      const all = byVolume.get(key) ?? []
      const active = all.filter(policy => policy.spec.paused !== true)
      return [key, { claim, policies: all, active, ...exemptionIn(claim, list, now) }]
    }),
  )
}

function exemptionIn(claim: Claim | undefined, list: ExemptionList<ClaimExemption>, now: Date) {
  if (claim === undefined) return { exemption: undefined, exempt: false }
  const [listed] = list.about(claim)
  const stated = exemptionOf(claim)
  const judged =
    stated === undefined && listed !== undefined ? listedExemption(listed, now) : annotatedExemption(claim, now)
  return { exemption: stated ?? listed, exempt: judged?.ok === true }
}

/** What became of each policy, and which policies are not new. */
interface Successors {
  readonly of: ReadonlyMap<FleetPolicy, FleetPolicy>
  readonly known: ReadonlySet<FleetPolicy>
}

function coverChange(key: string, before: Side, after: Side, successors: Successors): Change[] {
  const subject = `claim ${key}`
  if (before.active.length > 0 && after.active.length === 0) return [lossOf(key, before, after, successors)]
  if (before.active.length === 0 && after.active.length > 0) return [gainOf(key, before, after, successors)]
  const gone = before.claim !== undefined && after.claim === undefined
  return [
    ...(gone ? [goneClaim(subject, before, after)] : []),
    ...newClaim(subject, before, after),
    ...besides(key, before, after, successors),
  ]
}

function newClaim(subject: string, before: Side, after: Side): Change[] {
  const known = before.claim !== undefined || before.policies.length > 0 || after.policies.length > 0
  if (known || after.claim === undefined || after.exempt) return []
  return [
    {
      ...{ severity: 'warning', kind: 'claim-unprotected', subject, details: [] },
      sentence: 'The volume is new, and no policy backs it up.',
      positions: positionsOf(undefined, after.claim),
      advice: 'Add a policy, or exempt the claim with a reason and an end.',
    },
  ]
}

function lossOf(key: string, before: Side, after: Side, successors: Successors): Change {
  const [policy] = before.active
  const paused = after.policies[0]
  const { exemption } = after
  const store = policy === undefined ? '' : ` in ${policy.store} under ${policy.host}`
  const stay = `The snapshots${store} stay, and nothing removes them any more.`
  const common = {
    subject: `claim ${key}`,
    details: [detail('backed up by', enumeration(before.active.map(policyKey)), undefined)],
    positions: positionsOf(policy, after.claim),
  }
  if (paused !== undefined) {
    return {
      ...{ severity: 'danger', kind: 'protection-paused', subject: policySubject(paused) },
      sentence: `Claim ${key} is no longer backed up: its policy is paused.`,
      details: [detail('spec.paused', 'false', 'true')],
      positions: positionsOf(policy, paused),
      advice: 'Say in the pull request until when; a paused policy is never late.',
    }
  }
  const why = `${enumeration(before.active.map(each => causeOf(each, successors)))}.`
  if (before.claim !== undefined && after.claim === undefined) {
    const sentence = `The volume is gone from git, and so is its backup: ${why} ${stay}`
    return { ...common, severity: 'warning', kind: 'protection-ended', sentence }
  }
  if (after.exempt && exemption !== undefined) {
    const sentence = `The volume is no longer backed up: ${why} It is exempt${untilWords(exemption)}: ${exemption.reason}. ${stay}`
    return { ...common, severity: 'warning', kind: 'protection-exempt', sentence }
  }
  const unknown = after.claim === undefined ? ' Git does not say whether the volume itself is still there.' : ''
  return {
    ...{ ...common, severity: 'danger', kind: 'protection-lost' },
    sentence: `The volume is no longer backed up: ${why}${unknown} ${stay}`,
    advice: 'Keep a policy for it, or exempt the claim with a reason and an end.',
  }
}

function causeOf(policy: FleetPolicy, successors: Successors): string {
  const successor = successors.of.get(policy)
  if (successor === undefined) return `policy ${policyKey(policy)} is gone`
  return `policy ${policyKey(successor)} now backs up ${successor.namespace}/${successor.claim}`
}

function gainOf(key: string, before: Side, after: Side, successors: Successors): Change {
  const [policy] = after.active
  const resumed = before.policies.find(each => successors.of.get(each) === policy)
  const names = enumeration(after.active.map(policyKey))
  if (resumed !== undefined && policy !== undefined && resumed.spec.paused === true) {
    return {
      ...{ severity: 'notice', kind: 'protection-gained', subject: policySubject(policy) },
      sentence: `Claim ${key} is backed up again: its policy is no longer paused.`,
      details: [detail('spec.paused', 'true', 'false')],
      positions: positionsOf(resumed, policy),
    }
  }
  return {
    ...{ severity: 'notice', kind: 'protection-gained', subject: `claim ${key}` },
    sentence: `The volume is now backed up, by policy ${names}.`,
    details: [detail('backed up by', undefined, names)],
    positions: positionsOf(before.claim, policy),
  }
}

function goneClaim(subject: string, before: Side, after: Side): Change {
  const common = { kind: 'claim-removed', subject, details: [] } as const
  const positions = positionsOf(before.claim, after.active[0])
  if (after.active.length === 0) {
    return {
      ...{ ...common, severity: before.exempt ? 'notice' : 'warning', positions },
      sentence: 'The volume is gone from git, and nothing backed it up: what a sync that prunes deletes is lost.',
    }
  }
  return {
    ...{ ...common, severity: 'warning', positions },
    sentence: `The volume is gone from git, and policy ${enumeration(after.active.map(policyKey))} still backs it up: once it is deleted, every session fails.`,
    advice: 'Remove the policy with the volume, or keep both.',
  }
}

/** Policies that come and go while the volume stays as protected as it was. */
function besides(key: string, before: Side, after: Side, successors: Successors): Change[] {
  const going = before.policies.filter(policy => !successors.of.has(policy))
  const coming = after.policies.filter(policy => !successors.known.has(policy))
  const state = after.active.length === 0 ? 'was not backed up before either' : 'is still backed up'
  return [
    ...going.map(
      (policy): Change => ({
        // One copy fewer deserves a look, even when another is left.
        severity: before.active.includes(policy) ? 'warning' : 'notice',
        ...{ kind: 'policy-removed', subject: policySubject(policy), details: [] },
        sentence: `The policy is gone; claim ${key} ${state}${byWhom(after.active)}.`,
        positions: positionsOf(policy, undefined),
      }),
    ),
    ...coming.map(
      (policy): Change => ({
        ...{ severity: 'notice', kind: 'policy-added', subject: policySubject(policy), details: [] },
        sentence:
          policy.spec.paused === true
            ? `The policy is new and paused; claim ${key} is not backed up by it.`
            : `The policy is new; claim ${key} was backed up before too${byWhom(before.active)}.`,
        positions: positionsOf(undefined, policy),
      }),
    ),
  ]
}

const byWhom = (policies: readonly FleetPolicy[]) =>
  policies.length === 0 ? '' : `, by policy ${enumeration(policies.map(policyKey))}`

function exemptionChange(key: string, before: Side, after: Side): Change[] {
  const [old, fresh] = [before.exemption, after.exemption]
  if (old?.reason === fresh?.reason && old?.until === fresh?.until) return []
  if (after.claim === undefined) return []
  const details = [detail('reason', old?.reason, fresh?.reason), detail('until', old?.until, fresh?.until)]
  const common = { subject: `claim ${key}`, details, positions: positionsOf(before.claim, after.claim) }
  if (fresh === undefined) {
    return [{ ...common, severity: 'notice', kind: 'exemption-removed', sentence: 'The volume is no longer exempt.' }]
  }
  const reason = fresh.reason === undefined ? 'without a reason' : `because: ${fresh.reason}`
  const words = `exempt from backup${untilWords(fresh)}, ${reason}`
  return [
    old === undefined
      ? { ...common, severity: 'warning', kind: 'exemption-added', sentence: `The volume is now ${words}.` }
      : { ...common, severity: 'warning', kind: 'exemption-changed', sentence: `The volume stays ${words}.` },
  ]
}

const untilWords = ({ until }: Exemption) => (until === undefined ? ' without an end' : ` until ${until}`)
