import { claimKey } from '../fleet/claim.js'
import type { Fleet } from '../fleet/fleet.js'
import { triggerOf } from '../fleet/policy-pods.js'
import { triggerName } from '../names.js'
import type { Problem } from '../problem.js'
import { foldersOf } from './claim-folders.js'
import type { ClaimCoverage } from './coverage.js'
import { describeClaim, describePolicy, policyProblem } from './description.js'

/** The folders of a protected claim that are backed up, when no policy backs up all of it. */
export function partOf({ policies }: ClaimCoverage): readonly string[] | undefined {
  const folders = [...new Set(policies.flatMap(foldersOf))]
  return folders.length === 0 || folders.includes('/') ? undefined : folders
}

/**
 * What a person should know about a proof that holds: claims of which only folders are backed up (HF5109), and
 * policies without a CronJob in git, whose sessions the controller makes up for when they are late (HF5111).
 */
export function coverageNotes(fleet: Fleet, coverage: readonly ClaimCoverage[]): Problem[] {
  const parts = coverage.flatMap(each => {
    const folders = partOf(each)
    const [policy] = each.policies
    if (folders === undefined || policy === undefined) return []
    const message = `only ${folders.join(', ')} of it is backed up, by ${describePolicy(policy)}; the rest of the claim has no copy`
    return [
      { code: 'HF5109' as const, object: describeClaim(each.claim), path: '', message, source: each.claim.position },
    ]
  })
  const judged = new Map(coverage.flatMap(({ policies }) => policies.map(policy => [claimKey(policy), policy])))
  const late = [...judged.values()].flatMap(policy => {
    if (triggerOf(fleet, policy) !== undefined) return []
    const message = `CronJob ${policy.namespace}/${triggerName(policy.name)} is nowhere in git; without it the controller starts each session only when it is late by startingDeadline. Compile the policy with ‘holdfast synth’`
    return [policyProblem(policy, 'HF5111', 'spec.schedule', message)]
  })
  return [...parts, ...late]
}
