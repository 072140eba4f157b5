import { claimKey } from '../fleet/claim.js'
import type { Fleet } from '../fleet/fleet.js'
import type { FleetPolicy } from '../fleet/policy.js'
import { isUnder } from '../folder.js'
import type { Problem } from '../problem.js'
import { foldersOf, insideClaim } from './claim-folders.js'
import { fires, policiesByClaim } from './coverage.js'
import { describePolicy, policyProblem } from './description.js'

/** Two policies that write the same host and path of one store. */
export interface IdentityConflict {
  readonly policy: FleetPolicy
  readonly other: FleetPolicy
  readonly path: string
}

/** Every pair of policies whose snapshots would be taken for one another’s. */
export function identityConflicts({ policies }: Fleet): IdentityConflict[] {
  const first = new Map<string, FleetPolicy>()
  return policies.flatMap(policy =>
    policy.paths.flatMap(path => {
      const key = JSON.stringify([policy.store, policy.host, path])
      const other = first.get(key)
      if (other === undefined) first.set(key, policy)
      return other === undefined || other === policy ? [] : [{ policy, other, path }]
    }),
  )
}

export function identityProblems(conflicts: readonly IdentityConflict[]): Problem[] {
  return conflicts.map(({ policy, other, path }) => {
    const message = `${describePolicy(other)} backs up the same: host '${policy.host}', path '${path}', repository ${policy.store}; give one of them an alias, or merge them`
    return policyProblem(policy, 'HF3001', 'spec.target', message)
  })
}

/**
 * Claims that two policies back up into one store. Two stores are a plan (two copies in two places), and so are parts
 * of a claim that do not overlap; the same data twice in one store only costs twice, and neither retention knows of the
 * other.
 */
export function doubleProtectionProblems(fleet: Fleet, conflicts: readonly IdentityConflict[]): Problem[] {
  const told = new Set(conflicts.map(({ policy, other }) => pairOf(policy, other)))
  const problems: Problem[] = []
  for (const [claim, policies] of policiesByClaim(fleet)) {
    const seen: FleetPolicy[] = []
    for (const policy of policies.filter(fires)) {
      const other = seen.find(each => each.store === policy.store && overlap(each, policy))
      if (other !== undefined && !told.has(pairOf(policy, other))) {
        const message = `claim ${claim} is backed up into ${policy.store} by ${describePolicy(other)} too; merge the two, give them parts that do not overlap, or another repository`
        problems.push(policyProblem(policy, 'HF5105', 'spec.target.ref.name', message))
      }
      seen.push(policy)
    }
  }
  return problems
}

const pairOf = (a: FleetPolicy, b: FleetPolicy) => `${claimKey(a)} ${claimKey(b)}`

function overlap(a: FleetPolicy, b: FleetPolicy): boolean {
  const [inA, inB] = [foldersOf(a), foldersOf(b)]
  return inA.some(one => inB.some(other => nests(one, other, a) || nests(other, one, b)))
}

// What the outer policy leaves out is not backed up twice.
const nests = (outer: string, inner: string, of: FleetPolicy) =>
  isUnder(inner, outer) && (inner === outer || !excludes(of, inner))

const excludes = (policy: FleetPolicy, folder: string) =>
  (policy.spec.target.exclude ?? []).some(pattern => insideClaim(policy, pattern.replace(/\/\*{1,2}$/, '')) === folder)
