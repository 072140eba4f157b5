import { changesBetween } from '../lib/diff/changes.js'
import { policyPairs, policySubject } from '../lib/diff/policy-pair.js'
import type { Fleet } from '../lib/fleet/fleet.js'
import { firstOf, indented, type Verdict } from './verdict.js'

/** Whether every policy that was there is still there and goes on with its snapshots: same store, host and paths. */
export function judgeLineage(fleet: Fleet, before: Fleet): Verdict {
  const breaks = changesBetween(before, fleet, { now: new Date() }).filter(
    ({ kind }) => kind === 'lineage-broken' || kind === 'lineage-mixed',
  )
  const gone = policyPairs(before, fleet).removed.map(policy => `${policySubject(policy)}: it is no longer there`)
  const lines = [...gone, ...breaks.map(({ subject, sentence }) => `${subject}: ${sentence}`)]
  return {
    pass: lines.length === 0,
    failure: () => `the history of snapshots breaks:\n${indented(firstOf(lines))}`,
    contrary: () => 'every policy goes on with its snapshots',
  }
}
