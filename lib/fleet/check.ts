import { collisionProblems } from '../collision/collision-problems.js'
import { collisionsOf } from '../collision/collisions.js'
import { type CoverageProblemOptions, coverageProblems } from '../coverage/coverage-problems.js'
import { writtenHookProblems } from '../notification/plain-credential.js'
import { objectiveProblems } from '../objective/stated-objective.js'
import type { Problem } from '../problem.js'
import { readAsProblems } from '../read-as/read-as-problems.js'
import { retentionProblems } from '../retention/promises.js'
import type { FleetRule } from '../rules/fleet-rule.js'
import { ruleProblems } from '../rules/rule-problems.js'
import type { Waiver } from '../rules/waiver.js'
import { parseSchedule } from '../schedule.js'
import type { StaggerLimits } from '../stagger/job.js'
import type { Fleet } from './fleet.js'

export interface FleetCheckOptions extends CoverageProblemOptions {
  /** Rules of the fleet’s own. @default - none */
  readonly rules?: readonly FleetRule[]
  /** What lets named objects break a rule for a time. @default - none */
  readonly waivers?: readonly Waiver[]
  /** Most runs at once on stores, node pools and storage classes. @default - what the Repositories allow */
  readonly limits?: StaggerLimits
}

/**
 * Everything that is wrong with a fleet: what could not be read, texts of hooks that nobody could fill, claims without
 * protection, movers that cannot read,
 * objectives that no schedule keeps, runs that collide, retention that keeps too little, and broken rules. In that order; empty when the fleet is as it should be.
 */
export function checkFleet(fleet: Fleet, options: FleetCheckOptions): Problem[] {
  const { today, rules = [], waivers = [], limits } = options
  return [
    ...fleet.problems,
    ...scheduleProblems(fleet),
    ...textProblems(fleet),
    ...coverageProblems(fleet, options),
    ...readAsProblems(fleet),
    ...objectiveProblems(fleet.policies, today),
    ...collisionProblems(collisionsOf(fleet, { from: today, ...(limits === undefined ? {} : { limits }) })),
    ...retentionProblems(fleet, { from: today }),
    ...ruleProblems(fleet, { rules, waivers, today }),
  ]
}

// Of policies that were written by hand: the compiler writes none that has any.
function textProblems({ policies }: Fleet): Problem[] {
  return policies.flatMap(({ namespace, name, spec, position }) =>
    writtenHookProblems(spec.hooks, `BackupConfiguration ${namespace}/${name}`).map(each => ({
      ...each,
      source: position,
    })),
  )
}

function scheduleProblems({ policies }: Fleet): Problem[] {
  return policies.flatMap(({ namespace, name, schedule, spec, position }): Problem[] => {
    if (schedule !== undefined) return []
    const parsed = parseSchedule(spec.schedule, spec.timeZone)
    if (parsed.ok) return []
    const object = `BackupConfiguration ${namespace}/${name}`
    return [{ code: 'HF1005', object, path: 'spec.schedule', message: parsed.message, source: position }]
  })
}
