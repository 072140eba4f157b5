import { changesBetween } from '../lib/diff/changes.js'
import type { Fleet } from '../lib/fleet/fleet.js'
import { firstOf, indented, type Verdict } from './verdict.js'

/** Whether every policy that was there goes on with its snapshots: same store, host and paths. */
export function judgeLineage(fleet: Fleet, before: Fleet): Verdict {
  const breaks = changesBetween(before, fleet, { now: new Date() }).filter(
    ({ kind }) => kind === 'lineage-broken' || kind === 'lineage-mixed',
  )
  return {
    pass: breaks.length === 0,
    failure: () =>
      `the history of snapshots breaks:\n${indented(firstOf(breaks.map(({ subject, sentence }) => `${subject}: ${sentence}`)))}`,
    contrary: () => 'every policy goes on with its snapshots',
  }
}
