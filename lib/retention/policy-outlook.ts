import type { RetentionPolicy } from '../api/retention-policy.js'
import type { FleetPolicy } from '../fleet/policy.js'
import type { RetentionSimulation } from './simulate.js'
import type { Simulations } from './simulations.js'
import { upkeepOf } from './upkeep.js'

const tagFlag = '--tag='

/** Tags that every snapshot of a policy has and that retention may ask for; those of a single session are left out. */
export function lastingTags({ spec }: Pick<FleetPolicy, 'spec'>): string[] {
  const own = (spec.target.args ?? []).flatMap(argument =>
    argument.startsWith(tagFlag) ? argument.slice(tagFlag.length).split(',') : [],
  )
  return ['holdfast', ...own]
}

/** The simulation of a policy of the fleet; undefined when nothing fires by itself. */
export function outlookOf(policy: FleetPolicy, simulations: Simulations): RetentionSimulation | undefined {
  if (policy.schedule === undefined) return undefined
  const { forgetInterval } = upkeepOf(policy.repository?.spec)
  const { expression, timeZone } = policy.schedule
  return simulations.of({
    schedule: { expression, timeZone },
    retention: policy.spec.retentionPolicy,
    tags: lastingTags(policy),
    ...(forgetInterval === undefined ? {} : { forgetInterval }),
  })
}

const rules: readonly (keyof RetentionPolicy)[] = ['keepHourly', 'keepDaily', 'keepWeekly', 'keepMonthly', 'keepYearly']
const spans = [3_600_000, 86_400_000, 7 * 86_400_000, 28 * 86_400_000, 365 * 86_400_000]

/**
 * What may surprise the author of a retention policy, in sentences: a rule that is finer than the schedule keeps that
 * many runs, whatever their distance; nothing is removed.
 */
export function surprisesOf(policy: RetentionPolicy, meanInterval: number): string[] {
  const finer = rules.flatMap((rule, index) => {
    const [count, span] = [policy[rule], spans[index] ?? 0]
    if (typeof count !== 'number' || meanInterval < span * 1.5) return []
    const days = Math.round((count * meanInterval) / 86_400_000)
    return [`${rule}: ${count} keeps ${count} runs, about ${days} days: the schedule is coarser than the rule`]
  })
  return [...finer, ...(policy.dryRun === true ? ['dryRun: nothing is removed'] : [])]
}
