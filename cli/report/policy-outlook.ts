import type { FleetPolicy } from '../../lib/fleet/policy.js'
import { providerOf } from '../../lib/provider.js'
import { costOf } from '../../lib/retention/cost.js'
import type { Churn } from '../../lib/retention/growth.js'
import { lastingTags } from '../../lib/retention/policy-outlook.js'
import { pricesFor } from '../../lib/retention/price-table.js'
import type { RetentionSimulation } from '../../lib/retention/simulate.js'
import { Simulations } from '../../lib/retention/simulations.js'
import { type Upkeep, upkeepOf } from '../../lib/retention/upkeep.js'
import type { TimelineEntry } from './content.js'
import { rounded } from './dictionary.js'
import type { Estimates } from './estimates.js'
import { rhythmOf } from './rhythm.js'
import { firstYear, replayedDays, timelineOf } from './timeline.js'

/** Cost of a month after a year. */
export interface PolicyCost {
  readonly storage: number
  readonly requests: number
  readonly egress: number
}

/** What becomes of policies over time; everything that several have in common is worked out once. */
export class PolicyOutlook {
  readonly timelines: TimelineEntry[] = []
  readonly #estimates: Estimates
  readonly #simulations: Simulations
  /** Policies that share a store, and the work on it. */
  readonly #sharers: ReadonlyMap<string, number>
  readonly #indexes = new Map<string, number>()
  readonly #costs = new Map<string, PolicyCost>()
  readonly #upkeeps = new Map<string, Upkeep>()

  constructor(policies: readonly FleetPolicy[], from: Date, estimates: Estimates) {
    this.#estimates = estimates
    this.#simulations = new Simulations(from, [replayedDays])
    const sharers = new Map<string, number>()
    for (const { store } of policies) sharers.set(store, (sharers.get(store) ?? 0) + 1)
    this.#sharers = sharers
  }

  /** The row of `timelines` for a policy; -1 when nothing fires by itself. */
  timelineOf(policy: FleetPolicy): number {
    const replay = this.#replayOf(policy)
    if (replay === undefined) return -1
    const key = this.#keyOf(policy)
    const known = this.#indexes.get(key)
    if (known !== undefined) return known
    this.timelines.push(timelineOf(replay, this.#churn(this.#estimates.size), this.#upkeepOf(policy)))
    this.#indexes.set(key, this.timelines.length - 1)
    return this.timelines.length - 1
  }

  /** What a policy of so many bytes costs. */
  costOf(policy: FleetPolicy, size: number): PolicyCost {
    const replay = this.#replayOf(policy)
    if (replay === undefined) return { storage: 0, requests: 0, egress: 0 }
    const key = `${this.#keyOf(policy)} ${size}`
    const known = this.#costs.get(key)
    if (known !== undefined) return known
    const backend = policy.repository?.spec.backend
    const prices = pricesFor(backend === undefined ? undefined : providerOf(backend), this.#estimates.prices)
    const sharers = { policies: this.#sharers.get(policy.store) ?? 1 }
    const month = costOf(firstYear(replay), this.#churn(size), this.#upkeepOf(policy), prices, sharers)
    const cost = {
      storage: rounded(month.storage + month.earlyRemoval, 4),
      requests: rounded(month.requests, 4),
      egress: rounded(month.egress, 4),
    }
    this.#costs.set(key, cost)
    return cost
  }

  #churn(initialBytes: number): Churn {
    return { initialBytes, dailyChange: this.#estimates.churn }
  }

  #upkeepOf({ store, repository }: FleetPolicy): Upkeep {
    const upkeep = this.#upkeeps.get(store) ?? upkeepOf(repository?.spec)
    this.#upkeeps.set(store, upkeep)
    return upkeep
  }

  #replayOf(policy: FleetPolicy): RetentionSimulation | undefined {
    if (policy.schedule === undefined) return undefined
    const { forgetInterval } = this.#upkeepOf(policy)
    return this.#simulations.of({
      schedule: rhythmOf(policy.schedule),
      retention: policy.spec.retentionPolicy,
      tags: lastingTags(policy),
      ...(forgetInterval === undefined ? {} : { forgetInterval }),
    })
  }

  #keyOf(policy: FleetPolicy): string {
    const { schedule, spec, store } = policy
    const rhythm = schedule === undefined ? undefined : rhythmOf(schedule)
    return JSON.stringify([rhythm?.expression, rhythm?.timeZone, spec.retentionPolicy, lastingTags(policy), store])
  }
}
