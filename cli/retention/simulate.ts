import { parseDay } from '../../lib/day.js'
import type { FleetPolicy } from '../../lib/fleet/policy.js'
import { policyKey } from '../../lib/fleet/policy.js'
import { providerOf } from '../../lib/provider.js'
import { quantityBytes } from '../../lib/quantity.js'
import { costOf } from '../../lib/retention/cost.js'
import { type Churn, growthOf } from '../../lib/retention/growth.js'
import { outlookOf } from '../../lib/retention/policy-outlook.js'
import { pricesFor } from '../../lib/retention/price-table.js'
import type { RetentionSimulation } from '../../lib/retention/simulate.js'
import { Simulations } from '../../lib/retention/simulations.js'
import { upkeepOf } from '../../lib/retention/upkeep.js'
import type { Terminal } from '../display/terminal.js'
import { exitCodes, UserError } from '../user-error.js'
import { choosePolicies, claimSizes } from './policies.js'
import type { PolicyOutlook } from './policy-outlook.js'
import { pricesIn } from './price-file.js'
import { printFleet, printPolicy } from './simulation-display.js'

export interface SimulateOptions {
  readonly policy?: string
  readonly days: string
  readonly churn: string
  readonly growth: string
  readonly storedShare: string
  readonly size: string
  readonly prices?: string
  readonly from?: string
  readonly output: string
}

/** Replays policies from git and prints what they keep, store and cost. Throws UserError for what cannot be used. */
export function simulate(places: readonly string[], options: SimulateOptions, out: Terminal, errors: Terminal): void {
  const days = wholeNumber('--days', options.days, 1, 3660)
  const table = pricesIn(options.prices)
  const from = startOf(options.from)
  const { fleet, policies } = choosePolicies(places, options.policy, errors)
  const usual = [30, 90, 365].filter(each => each < days)
  const simulations = new Simulations(from, [...usual, days])
  const sizes = claimSizes(fleet)
  const sharing = countBy(fleet.policies.map(each => each.store))
  const outlooks = policies.flatMap((policy): PolicyOutlook[] => {
    const simulation = replayed(policy, simulations)
    if (simulation === undefined) return []
    const stated = sizes.get(`${policy.namespace}/${policy.claim}`)
    const churn = churnOf(stated, options)
    const upkeep = upkeepOf(policy.repository?.spec)
    const prices = pricesFor(policy.repository && providerOf(policy.repository.spec.backend), table)
    const cost = costOf(simulation, churn, upkeep, prices, { policies: sharing.get(policy.store) ?? 1 })
    return [
      {
        policy,
        simulation,
        churn,
        isSizeKnown: stated !== undefined,
        growth: growthOf(simulation, churn, upkeep),
        cost,
      },
    ]
  })
  if (options.output === 'json') out.line(JSON.stringify(outlooks.map(documentOf), undefined, 2))
  else if (options.policy !== undefined) for (const outlook of outlooks) printPolicy(outlook, table, out)
  else printFleet(outlooks, days, table, out)
}

function replayed(policy: FleetPolicy, simulations: Simulations): RetentionSimulation | undefined {
  try {
    return outlookOf(policy, simulations)
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`${policyKey(policy)}: ${error.message}`)
    throw error
  }
}

function documentOf({ policy, simulation, churn, isSizeKnown, growth, cost }: PolicyOutlook): object {
  const { samples: _pictures, ...rest } = simulation
  const { retentionPolicy, schedule, timeZone } = policy.spec
  return { policy: policyKey(policy), schedule, timeZone, retentionPolicy, ...rest, churn, isSizeKnown, growth, cost }
}

function churnOf(stated: string | undefined, options: SimulateOptions): Churn {
  return {
    initialBytes: quantityOf('--size', stated ?? options.size),
    dailyChange: share('--churn', options.churn),
    dailyGrowth: share('--growth', options.growth),
    storedShare: share('--stored-share', options.storedShare),
  }
}

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

function startOf(text: string | undefined): Date {
  const now = new Date()
  const start = text === undefined ? now : parseDay(text)
  if (start === undefined) throw usage(`--from '${text}' is no date; expected one such as 2026-03-01`)
  return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()))
}

function share(option: string, text: string): number {
  const value = /^[0-9]+(\.[0-9]+)?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : Number.NaN
  if (!(value <= 1)) throw usage(`${option} '${text}' is no share; expected 0% to 100%, such as 1.5%`)
  return value
}

function quantityOf(option: string, text: string): number {
  try {
    return quantityBytes(text)
  } catch (error) {
    if (error instanceof RangeError) throw usage(`${option}: ${error.message}`)
    throw error
  }
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) throw usage(`${option} '${text}': expected a whole number from ${min} to ${max}`)
  return value
}

const usage = (message: string) => new UserError(message, exitCodes.usage)
