import type { KeepRules } from '../constructs/retention.js'
import { type FleetPolicy, policyKey } from '../lib/fleet/policy.js'
import { parseCalendarDuration } from '../lib/retention/calendar-duration.js'
import { indented, type Verdict } from './verdict.js'

/** At least so many of each sort: `{ daily: 7, within: '30d' }`. */
export type KeepExpectation = Omit<KeepRules, 'name' | 'dryRun' | 'tags'>

/** Whether a policy’s retention asks for at least as much, rule by rule. */
export function keepsAtLeast(policy: FleetPolicy, expected: KeepExpectation): Verdict {
  const stated: Readonly<Record<string, unknown>> = policy.spec.retentionPolicy
  const entries = Object.entries(expected)
  if (entries.length === 0) throw new RangeError('toKeep of no rule proves nothing; name one, such as { daily: 7 }')
  const lines = entries.flatMap(([rule, least]) => {
    const has = stated[`keep${rule.charAt(0).toUpperCase()}${rule.slice(1)}`]
    if (has !== undefined && hoursOf(has) >= hoursOf(least)) return []
    return [`${rule}: ${has === undefined ? 'none' : String(has)}, at least ${String(least)} asked`]
  })
  const name = policyKey(policy)
  return {
    pass: lines.length === 0,
    failure: () => `${name} (${policy.position}) keeps less:\n${indented(lines)}`,
    contrary: () => `${name} keeps at least ${entries.map(([rule, least]) => `${rule} ${String(least)}`).join(', ')}`,
  }
}

// A count is compared as it is, an age by its hours; months and years as long as they are on average.
function hoursOf(amount: unknown): number {
  if (typeof amount === 'number') return amount
  const { years, months, days, hours } = parseCalendarDuration(String(amount))
  return years * 8766 + months * 730.5 + days * 24 + hours
}
