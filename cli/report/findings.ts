import { collisionProblems } from '../../lib/collision/collision-problems.js'
import { collisionsOf } from '../../lib/collision/collisions.js'
import { checkFleet, type FleetCheckOptions } from '../../lib/fleet/check.js'
import type { Fleet } from '../../lib/fleet/fleet.js'
import { formatProblem, type Problem } from '../../lib/problem.js'

/** All that is wrong with a fleet, each problem once: what the checks find, and what collides within a year. */
export function findingsIn(fleet: Fleet, options: FleetCheckOptions): Problem[] {
  const found = [...checkFleet(fleet, options), ...collisionProblems(collisionsOf(fleet, { from: options.today }))]
  return [...new Map(found.map(problem => [formatProblem(problem), problem])).values()]
}
