import { checkFleet, type FleetCheckOptions } from '../../lib/fleet/check.js'
import type { Fleet } from '../../lib/fleet/fleet.js'
import { formatProblem, type Problem } from '../../lib/problem.js'

/** All that the checks find in a fleet, each problem once. */
export function findingsIn(fleet: Fleet, options: FleetCheckOptions): Problem[] {
  return [...new Map(checkFleet(fleet, options).map(problem => [formatProblem(problem), problem])).values()]
}
