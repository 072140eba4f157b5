import { collisionProblems } from '../lib/collision/collision-problems.js'
import { type CollisionOptions, collisionsOf } from '../lib/collision/collisions.js'
import { checkFleet, type FleetCheckOptions } from '../lib/fleet/check.js'
import type { Fleet } from '../lib/fleet/fleet.js'
import type { Problem } from '../lib/problem.js'
import { type RuleOptions, ruleProblems } from '../lib/rules/rule-problems.js'
import { judgeFiring } from './firing.js'
import { FleetUnderTest } from './fleet-under-test.js'
import { type Expected, judgeKeeping, type KeepingOptions } from './keeping.js'
import { judgeLineage } from './lineage.js'
import { judgePlacement } from './placement.js'
import type { PointInTime } from './point-in-time.js'
import { judgeProblems } from './problem-list.js'
import { requireProof } from './proof.js'
import { type ClaimName, judgeProtection, type ProtectionOptions } from './protection.js'
import { fleetGiven, policiesGiven, policyGiven } from './received.js'
import { judgeRestriction } from './restriction.js'
import { type MatcherResult, resultOf } from './verdict.js'

/** Rules to obey; waivers are judged as of today. */
export type RulesToObey = Omit<RuleOptions, 'rules' | 'today'> & { readonly today?: Date }

/** Where collisions are looked for; the first day is today unless said otherwise. */
export type CollisionsToFind = Partial<CollisionOptions>

/** How the fleet is judged, where its app has no Fleet construct that does. */
export type ProblemOptions = Partial<FleetCheckOptions>

// A Fleet construct knows exemptions and waivers that the manifests alone do not show.
function problemsIn(fleet: Fleet, options: ProblemOptions): readonly Problem[] {
  const checked = fleet instanceof FleetUnderTest && fleet.checked && Object.keys(options).length === 0
  return checked ? fleet.problems : checkFleet(fleet, { today: new Date(), ...options })
}

/** Every matcher, ready for `expect.extend` of Jest or Vitest. */
export const holdfastMatchers = {
  toProtect(received: unknown, claim: ClaimName, options?: ProtectionOptions): MatcherResult {
    return resultOf(judgeProtection(fleetGiven(received, 'toProtect'), claim, options))
  },

  toFireOn(received: unknown, when: PointInTime): MatcherResult {
    return resultOf(judgeFiring(policyGiven(received, 'toFireOn'), when))
  },

  toKeep(received: unknown, expected: Expected, options?: KeepingOptions): MatcherResult {
    return resultOf(judgeKeeping(policyGiven(received, 'toKeep'), expected, options))
  },

  toBeRestricted(received: unknown): MatcherResult {
    return resultOf(judgeRestriction(policiesGiven(received, 'toBeRestricted')))
  },

  toBeStoredIn(received: unknown, place: string): MatcherResult {
    return resultOf(judgePlacement(policyGiven(received, 'toBeStoredIn'), place))
  },

  toKeepLineageOf(received: unknown, before: Fleet): MatcherResult {
    const fleet = fleetGiven(received, 'toKeepLineageOf')
    const earlier = fleetGiven(before, 'toKeepLineageOf')
    for (const each of [fleet, earlier]) requireProof(each, 'toKeepLineageOf')
    return resultOf(judgeLineage(fleet, earlier))
  },

  toHaveNoCollisions(received: unknown, options: CollisionsToFind = {}): MatcherResult {
    const fleet = fleetGiven(received, 'toHaveNoCollisions')
    requireProof(fleet, 'toHaveNoCollisions')
    const collisions = collisionsOf(fleet, { from: new Date(), ...options })
    return resultOf(judgeProblems(collisionProblems(collisions), 'no runs of the fleet collide'))
  },

  toHaveNoProblems(received: unknown, options: ProblemOptions = {}): MatcherResult {
    const fleet = fleetGiven(received, 'toHaveNoProblems')
    return resultOf(judgeProblems(problemsIn(fleet, options), 'the fleet has no problem'))
  },

  toObeyRules(received: unknown, rules: RuleOptions['rules'], options: RulesToObey = {}): MatcherResult {
    const fleet = fleetGiven(received, 'toObeyRules')
    requireProof(fleet, 'toObeyRules')
    if (rules.length === 0) throw new RangeError('toObeyRules of no rule proves nothing; name one')
    const problems = ruleProblems(fleet, { today: new Date(), ...options, rules })
    return resultOf(judgeProblems(problems, `the fleet obeys ${rules.map(({ code }) => code).join(', ')}`))
  },
}
