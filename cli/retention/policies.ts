import { readManifestFiles } from '../../constructs/manifest-files.js'
import { claimKey } from '../../lib/fleet/claim.js'
import { type Fleet, fleetOf } from '../../lib/fleet/fleet.js'
import { type FleetPolicy, policyKey } from '../../lib/fleet/policy.js'
import { nearestWord } from '../../lib/nearest-word.js'
import { formatProblem } from '../../lib/problem.js'
import type { Terminal } from '../display/terminal.js'
import { UserError } from '../user-error.js'

/** Policies that a person asked for, and the fleet that they belong to. */
export interface ChosenPolicies {
  readonly fleet: Fleet
  readonly policies: readonly FleetPolicy[]
}

/**
 * The policies in folders of manifests, or the one of a name. What cannot be read is noted on `errors` and left out.
 * Throws UserError when there is none.
 */
export function choosePolicies(places: readonly string[], name: string | undefined, errors: Terminal): ChosenPolicies {
  const files = readManifestFiles(places)
  const fleet = fleetOf(files.manifests)
  for (const problem of [...files.problems, ...fleet.problems]) errors.note(formatProblem(problem))
  const where = places.join(', ')
  if (fleet.policies.length === 0) {
    throw new UserError(`there is no BackupConfiguration in ${where}; write it first: holdfast synth`)
  }
  if (name === undefined) return { fleet, policies: fleet.policies }
  const policies = fleet.policies.filter(policy => policyKey(policy) === name)
  if (policies.length > 0) return { fleet, policies }
  const near = nearestWord(name, fleet.policies.map(policyKey))
  const hint = near === undefined ? `the ${fleet.policies.length} there are named namespace/name` : `is it ${near}?`
  throw new UserError(`policy ${name} is not in ${where}; ${hint}`)
}

/** Sizes of the claims that git states, by `namespace/name`: Kubernetes quantities. */
export const claimSizes = (fleet: Fleet): ReadonlyMap<string, string> =>
  new Map(fleet.claims.flatMap(claim => (claim.size === undefined ? [] : [[claimKey(claim), claim.size]])))
