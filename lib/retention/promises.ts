import type { RetentionPolicy } from '../api/retention-policy.js'
import type { Fleet } from '../fleet/fleet.js'
import { describeManifest } from '../fleet/manifest.js'
import type { FleetPolicy } from '../fleet/policy.js'
import type { Problem } from '../problem.js'
import { readableSpan } from '../time-span.js'
import { lastingTags, outlookOf } from './policy-outlook.js'
import { isEmpty, type Rules, rulesOf } from './rules.js'
import type { RetentionSimulation } from './simulate.js'
import { Simulations } from './simulations.js'

export interface PromiseOptions {
  /** When the simulated time begins. */
  readonly from: Date
}

const day = 86_400_000

/**
 * HF5301, proved by replaying each policy: rules that restic refuses, so that nothing is ever removed; rules that leave
 * a single snapshot though they do not say so; a history that is shorter than the recovery point objective.
 */
export function retentionProblems(fleet: Pick<Fleet, 'policies'>, { from }: PromiseOptions): Problem[] {
  const simulations = new Map<number, Simulations>()
  return fleet.policies.flatMap(policy => {
    const days = daysFor(policy)
    const shared = simulations.get(days) ?? new Simulations(from, [days])
    simulations.set(days, shared)
    const message = refusal(policy) ?? shortfall(policy, shared)
    return message === undefined ? [] : [problemOf(policy, message)]
  })
}

// Twice the objective decides; a month shows at least two runs of nearly every schedule.
const daysFor = ({ objective }: FleetPolicy) => Math.max(31, Math.ceil((4 * (objective ?? 0)) / day / 31) * 31)

function refusal(policy: FleetPolicy): string | undefined {
  const rules = readRules(policy.spec.retentionPolicy)
  if (typeof rules === 'string') return rules
  if (isEmpty(rules)) {
    return 'every rule is zero, which restic refuses: retention fails after each backup and nothing is removed. Give one rule a value above zero'
  }
  const others = rules.counts.length + rules.withins.length + (rules.within === undefined ? 0 : 1)
  const tags = lastingTags(policy)
  if (others > 0 || rules.tags.some(rule => rule.all.every(tag => tags.includes(tag)))) return undefined
  const asked = rules.tags.map(rule => rule.all.join(' and ')).join(', ')
  return `it keeps only snapshots tagged ${asked}, and this policy’s are tagged ${tags.join(', ')}: restic refuses to remove them all, so retention fails and nothing is removed. Add keepLast or another rule, or the argument --tag=${rules.tags[0]?.all[0] ?? ''}`
}

function readRules(retention: RetentionPolicy): Rules | string {
  try {
    return rulesOf(retention)
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}

function shortfall(policy: FleetPolicy, simulations: Simulations): string | undefined {
  const simulation = replayed(policy, simulations)
  if (simulation?.reach === undefined || simulation.fewest === undefined) return undefined
  const { retentionPolicy } = policy.spec
  if (simulation.fewest === 1 && retentionPolicy.keepLast === undefined) {
    return `of the schedule ${policy.schedule?.expression} it keeps one snapshot alone, so each run replaces the only restorable point. Keep ages that are longer than the time between runs, or write keepLast: 1 if one is enough`
  }
  if (policy.objective === undefined || simulation.reach >= policy.objective) return undefined
  return `the oldest snapshot is ${readableSpan(simulation.reach)} old, but the recovery point objective lets ${readableSpan(policy.objective)} pass before anybody is told: damage that is noticed then cannot be undone. Keep more, such as keepDaily: 7`
}

// Whose history is too long to be replayed does not keep too little.
function replayed(policy: FleetPolicy, simulations: Simulations): RetentionSimulation | undefined {
  try {
    return outlookOf(policy, simulations)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function problemOf(policy: FleetPolicy, message: string): Problem {
  const { namespace, name, position } = policy
  const object = describeManifest({ apiVersion: '', kind: 'BackupConfiguration', metadata: { namespace, name } })
  return { code: 'HF5301', object, path: 'spec.retentionPolicy', message, source: position }
}
