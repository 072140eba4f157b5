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
    if (isAtLeast(has, least)) return []
    return [`${rule}: ${has === undefined ? 'none' : String(has)}, at least ${String(least)} asked`]
  })
  const name = policyKey(policy)
  return {
    pass: lines.length === 0,
    failure: () => `${name} (${policy.position}) keeps less:\n${indented(lines)}`,
    contrary: () => `${name} keeps at least ${entries.map(([rule, least]) => `${rule} ${String(least)}`).join(', ')}`,
  }
}

// A month is as short as February in what a policy has and as long as January in what is asked: what holds, always does.
function isAtLeast(has: unknown, least: unknown): boolean {
  if (typeof least === 'number') return typeof has === 'number' && has >= least
  const asked = parseCalendarDuration(String(least))
  if (has === undefined) return false
  const own = parseCalendarDuration(String(has))
  const months = own.years * 12 + own.months - asked.years * 12 - asked.months
  const days = months * (months < 0 ? 31 : 28) + own.days - asked.days
  return days * 24 + own.hours - asked.hours >= 0
}
