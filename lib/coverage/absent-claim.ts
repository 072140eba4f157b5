import { type Claim, claimKey } from '../fleet/claim.js'
import type { Fleet } from '../fleet/fleet.js'
import type { FleetPolicy } from '../fleet/policy.js'
import { grouped } from '../grouped.js'
import type { Problem } from '../problem.js'
import { policyProblem } from './description.js'
import type { Suggestions } from './suggestion.js'

/** Policies whose claim is nowhere in git. */
export function strayPolicies({ policies, claims }: Fleet): FleetPolicy[] {
  const known = new Set(claims.map(claimKey))
  return policies.filter(({ namespace, claim }) => !known.has(claimKey({ namespace, name: claim })))
}

/** A problem for each policy whose claim is nowhere in git, with the claim that was likely meant. */
export function absentClaimProblems(fleet: Fleet, suggestions: Suggestions): Problem[] {
  const strays = strayPolicies(fleet)
  if (strays.length === 0) return []
  const index = indexOf(fleet.claims)
  return strays.map(policy => {
    const meant = likelyMeant(policy, index, suggestions)
    const found = `claim ${policy.namespace}/${policy.claim} is nowhere in git`
    const message = `${found}${meant}. Add its manifest, correct the name, or check with --partial when git does not hold all claims`
    return policyProblem(policy, 'HF5104', 'spec.target.ref.name', message)
  })
}

interface ClaimIndex {
  readonly inNamespace: ReadonlyMap<string, readonly Claim[]>
  readonly named: ReadonlyMap<string, readonly Claim[]>
  /** Claims that differ only in their ordinal. */
  readonly replicas: ReadonlyMap<string, readonly Claim[]>
}

const indexOf = (claims: readonly Claim[]): ClaimIndex => ({
  inNamespace: grouped(claims, ({ namespace }) => namespace),
  named: grouped(claims, ({ name }) => name),
  replicas: grouped(claims, stemOf),
})

const stemOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
  claimKey({ namespace, name: name.replace(/-\d+$/, '-') })

function likelyMeant({ namespace, claim: name }: FleetPolicy, index: ClaimIndex, suggestions: Suggestions): string {
  const stem = stemOf({ namespace, name })
  const replicas = stem.endsWith('-') ? (index.replicas.get(stem) ?? []) : []
  const last = replicas.at(-1)
  if (last !== undefined) {
    const names = replicas.slice(-3).map(each => each.name)
    return `: ${last.origin} (${last.position}) asks for ${replicas.length > 3 ? '…, ' : 'only '}${names.join(', ')}`
  }
  const meant = suggestions.nearest(name, index.inNamespace.get(namespace) ?? [], each => each.name)
  if (meant !== undefined) return `; did you mean ‘${meant.name}’ (${meant.position})?`
  const [elsewhere] = index.named.get(name) ?? []
  return elsewhere === undefined
    ? ''
    : `; one of that name is in namespace ${elsewhere.namespace} (${elsewhere.position})`
}
