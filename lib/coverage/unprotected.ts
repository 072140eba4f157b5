import { annotations } from '../api/group.js'
import { type Claim, claimKey } from '../fleet/claim.js'
import type { FleetPolicy } from '../fleet/policy.js'
import type { Problem } from '../problem.js'
import type { ClaimCoverage } from './coverage.js'
import { describeClaim, describePolicy } from './description.js'
import { whyIdle } from './idle.js'
import type { Suggestions } from './suggestion.js'

/** What the search for a claim’s policy can look at. */
export interface Neighbourhood {
  /** Policies of each namespace whose claim is nowhere in git. */
  readonly strays: ReadonlyMap<string, readonly FleetPolicy[]>
  /** Protected claims of each origin: the other replicas of a StatefulSet. */
  readonly siblings: ReadonlyMap<string, readonly string[]>
  readonly suggestions: Suggestions
}

/** The problem of a claim that no policy protects: what comes nearest to a protection, and what would be one. */
export function unprotectedProblem(coverage: ClaimCoverage, neighbourhood: Neighbourhood): Problem {
  const { claim } = coverage
  const nearest = idlePolicy(coverage) ?? sibling(claim, neighbourhood) ?? strayPolicy(claim, neighbourhood)
  const message = `${nearest ?? `no policy backs it up${sourceOf(claim)}`}. ${remedyFor(claim)}`
  return { code: 'HF5101', object: describeClaim(claim), path: '', message, source: claim.position }
}

const remedyFor = ({ name }: Claim) =>
  `Add a policy with claim: '${name}' to its namespace, or say why there is none: the annotations ${annotations.exempt} (a reason) and ${annotations.exemptUntil} (a last day)`

const sourceOf = ({ origin, size }: Claim) =>
  origin === 'PersistentVolumeClaim' ? '' : ` (${origin} asks for it${size === undefined ? '' : `, ${size}`})`

function idlePolicy({ idle }: ClaimCoverage): string | undefined {
  const [policy] = idle
  if (policy === undefined) return undefined
  const why = whyIdle(policy) ?? 'does not run'
  return `its policy ${describePolicy(policy)} ${why}, so nothing backs it up`
}

function sibling(claim: Claim, { siblings }: Neighbourhood): string | undefined {
  const others = siblings.get(originKey(claim)) ?? []
  if (others.length === 0) return undefined
  const [verb, shown] = [others.length === 1 ? 'is' : 'are', others.slice(0, 3).join(', ')]
  return `no policy backs it up, although ${shown}${others.length > 3 ? ', …' : ''} of ${claim.origin} ${verb}: each replica needs a policy of its own`
}

function strayPolicy(claim: Claim, { strays, suggestions }: Neighbourhood): string | undefined {
  const policy = suggestions.nearest(claim.name, strays.get(claim.namespace) ?? [], each => each.claim)
  if (policy === undefined) return undefined
  return `no policy backs it up; ${describePolicy(policy)} backs up ‘${policy.claim}’, which is nowhere in git: is this claim meant?`
}

/** What the claims of one controller have in common; each plain claim is alone. */
export const originKey = (claim: Claim): string =>
  claim.origin === 'PersistentVolumeClaim' ? claimKey(claim) : `${claim.origin} ${claim.position}`
