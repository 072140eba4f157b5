import { claimKey } from '../fleet/claim.js'
import type { Fleet } from '../fleet/fleet.js'
import { grouped } from '../grouped.js'
import type { Problem } from '../problem.js'
import { absentClaimProblems, strayPolicies } from './absent-claim.js'
import { type ClaimCoverage, type CoverageOptions, coverageOf } from './coverage.js'
import { doubleProtectionProblems, identityConflicts, identityProblems } from './double-protection.js'
import { exemptionFindings } from './exemption-problems.js'
import { absentRepositoryProblems, triggerProblems } from './footing.js'
import { Suggestions } from './suggestion.js'
import { type Neighbourhood, originKey, unprotectedProblem } from './unprotected.js'

export interface CoverageProblemOptions extends CoverageOptions {
  /** Git holds only a part, so a policy whose claim or Repository is not there is no problem. @default false */
  readonly partial?: boolean
}

/**
 * Everything that stands between a fleet and the proof that each of its claims is backed up or exempt: HF5101 to
 * HF5105, HF5107, HF5110, HF5111, and HF3001 for snapshots that would be taken for one another’s.
 */
export function coverageProblems(fleet: Fleet, options: CoverageProblemOptions): Problem[] {
  const suggestions = new Suggestions()
  const coverage = coverageOf(fleet, options)
  const exemptions = exemptionFindings(coverage, options, suggestions)
  const neighbourhood = neighbourhoodOf(fleet, coverage, suggestions)
  const conflicts = identityConflicts(fleet)
  return [
    ...coverage
      .filter(({ status, claim }) => status === 'unprotected' && !exemptions.faulty.has(claimKey(claim)))
      .map(each => unprotectedProblem(each, neighbourhood)),
    ...exemptions.problems,
    ...(options.partial === true ? [] : absentClaimProblems(fleet, suggestions)),
    ...(options.partial === true ? [] : absentRepositoryProblems(fleet)),
    ...triggerProblems(fleet),
    ...doubleProtectionProblems(fleet, conflicts),
    ...identityProblems(conflicts),
  ]
}

function neighbourhoodOf(fleet: Fleet, coverage: readonly ClaimCoverage[], suggestions: Suggestions): Neighbourhood {
  const strays = grouped(strayPolicies(fleet), ({ namespace }) => namespace)
  const replicas = coverage.filter(
    ({ claim, status }) => status === 'protected' && originKey(claim) !== claimKey(claim),
  )
  const siblings = new Map(
    [...grouped(replicas, ({ claim }) => originKey(claim))].map(([key, all]) => [
      key,
      all.map(({ claim }) => claim.name),
    ]),
  )
  return { strays, siblings, suggestions }
}
