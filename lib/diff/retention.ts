import type { RetentionPolicy } from '../api/retention-policy.js'
import { keepCounts, keepWithins } from '../keep-rules.js'
import type { Snapshot } from '../restic/messages.js'
import { readableSpan } from '../time-span.js'
import { amount } from './amount.js'
import type { Cadences } from './cadence.js'
import { type Change, positionsOf } from './change.js'
import { detail, detailsOf, differencesIn } from './difference.js'
import type { PolicyPair } from './policy-pair.js'
import { type Reach, RetentionReplay } from './retention-replay.js'

/** What changed keep rules, or a changed schedule under the same rules, do to the snapshots that are there. */
export function retentionChanges(
  pairs: readonly PolicyPair[],
  cadences: Cadences,
  now: Date,
  snapshots: readonly Snapshot[] | undefined,
): Change[] {
  const replay = new RetentionReplay(cadences, now, snapshots)
  return pairs.flatMap(pair => {
    const own = differencesIn(pair.differences, 'spec.retentionPolicy').filter(
      ({ path }) => path !== 'spec.retentionPolicy.name',
    )
    const rules = own.length > 0 ? [ruleChange(pair, replay, now)] : []
    const moved = differencesIn(pair.differences, 'spec.schedule').length > 0
    const deletes = rules.some(({ kind }) => kind === 'retention-deletes')
    return moved && !deletes ? [...rules, ...shorterReach(pair, replay)] : rules
  })
}

function ruleChange(pair: PolicyPair, replay: RetentionReplay, now: Date): Change {
  const { before, after, subject, differences } = pair
  const [old, fresh] = [before.spec.retentionPolicy, after.spec.retentionPolicy]
  const reach = replay.of(pair)
  const common = {
    subject,
    details: [...detailsOf(differencesIn(differences, 'spec.retentionPolicy')), ...reachDetails(reach, now)],
    positions: positionsOf(before, after),
  }
  const words = `Retention keeps ${ruleWords(fresh)} instead of ${ruleWords(old)}`
  if (reach.removed > 0) {
    return {
      ...{ ...common, severity: 'danger', kind: 'retention-deletes' },
      sentence: `${words}: ${removalWords(pair, reach, now)}.`,
      advice: 'Snapshots that are removed cannot be brought back; set dryRun for one run to see the list first.',
    }
  }
  const lostTags = (old.keepTags ?? []).filter(tag => !(fresh.keepTags ?? []).includes(tag))
  if (lostTags.length > 0 && fresh.dryRun !== true) {
    const sentence = `${words}: snapshots with the tag ${lostTags.join(', ')} were kept for good, and are no longer.`
    return { ...common, severity: 'warning', kind: 'retention-changed', sentence }
  }
  if (fresh.dryRun === true && old.dryRun !== true) {
    const sentence = 'Retention only says what it would remove: the repository grows without end.'
    return { ...common, severity: 'notice', kind: 'retention-loosened', sentence }
  }
  const sentence = `${words}: no snapshot is removed by that.`
  return { ...common, severity: 'notice', kind: reach.longer ? 'retention-loosened' : 'retention-changed', sentence }
}

function removalWords(pair: PolicyPair, reach: Reach, now: Date): string {
  const each = pair.after.paths.length > 1 && !reach.exact ? ' of each path' : ''
  const among = `${amount(reach.kept, 'snapshot')}${reach.exact ? ' in the store' : each}`
  const [old, fresh] = [ageOf(reach.oldestBefore, now), ageOf(reach.oldestAfter, now)]
  const oldest = old === fresh ? '' : `; the oldest is then ${fresh} old instead of ${old}`
  return `the next run would remove ${reach.removed} of ${among} that the old rules keep${oldest}`
}

/** A denser schedule under rules that count snapshots: the same number of them reaches less far back. */
function shorterReach(pair: PolicyPair, replay: RetentionReplay): Change[] {
  const { before, after, subject, differences } = pair
  const same = differencesIn(differences, 'spec.retentionPolicy').length === 0
  const [old, fresh] = replay.spans(pair) ?? [0, 0]
  if (fresh >= old * 0.9) return []
  return [
    {
      ...{ severity: 'danger', kind: 'retention-deletes', subject },
      sentence: `Backups run more often, and retention ${same ? 'still ' : ''}keeps ${ruleWords(after.spec.retentionPolicy)}: in time that reaches back ${roundedSpan(fresh)} instead of ${roundedSpan(old)}.`,
      details: [detail('history', roundedSpan(old), roundedSpan(fresh))],
      positions: positionsOf(before, after),
      advice: 'Raise the counts with the number of runs, or keep by age.',
    },
  ]
}

function reachDetails(reach: Reach, now: Date) {
  const origin = reach.exact ? 'snapshots in the store' : 'snapshots, from the old schedule'
  return [
    detail(origin, String(reach.kept), String(reach.kept - reach.removed)),
    detail('oldest snapshot', ageOf(reach.oldestBefore, now), ageOf(reach.oldestAfter, now)),
  ]
}

const hour = 3_600_000

// Days are exact enough for what is kept for weeks, hours for the rest.
function ageOf(time: Date | undefined, now: Date): string {
  if (time === undefined) return 'none'
  return roundedSpan(Math.max(0, now.getTime() - time.getTime()))
}

function roundedSpan(ms: number): string {
  const unit = ms >= 72 * hour ? 24 * hour : hour
  return readableSpan(Math.round(ms / unit) * unit)
}

/** Keep rules as people say them: `7 daily, 4 weekly and all of 30d`. */
export function ruleWords(policy: RetentionPolicy): string {
  const unit = (key: string) => key.replace(/^keep(Within)?/, '').toLowerCase()
  const counts = keepCounts.flatMap(key => {
    const count = policy[key]
    return count === undefined ? [] : [key === 'keepLast' ? `the last ${count}` : `${count} ${unit(key)}`]
  })
  const ages = keepWithins.flatMap(key => {
    const age = policy[key]
    return age === undefined ? [] : [`${key === 'keepWithin' ? 'all' : unit(key)} of ${age}`]
  })
  const tags = (policy.keepTags ?? []).map(tag => `tag ${tag}`)
  const words = [...counts, ...ages, ...tags].join(', ')
  return policy.dryRun === true ? `everything (dry run of ${words})` : words
}
