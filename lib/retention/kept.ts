import type { RetentionPolicy } from '../api/retention-policy.js'
import { findReasons } from './decision.js'
import { entryOf } from './entry.js'
import { compareMoments, parseMoment } from './moment.js'
import { isEmpty, rulesOf } from './rules.js'

/** What retention needs to know of a snapshot; `Snapshot` of `restic snapshots --json` has it. */
export interface DatedSnapshot {
  /** RFC 3339 with the zone of the machine that took it: its days and weeks are those of that zone. */
  readonly time: string
  readonly tags?: readonly string[]
}

/** What becomes of one snapshot. */
export interface Verdict<S extends DatedSnapshot = DatedSnapshot> {
  readonly snapshot: S
  readonly keep: boolean
  /** Why it stays, in restic’s words: `daily snapshot`, `oldest weekly snapshot`, `has tags [gold]`. */
  readonly reasons: readonly string[]
}

/** Reasons of snapshots that stay because restic refuses the whole forget: with exit code 1 it removes nothing. */
export const refusals = {
  noRule: 'restic refuses a policy whose rules are all zero',
  nothingLeft: 'restic refuses to remove the last snapshot of a host and path',
} as const

/** Why restic refuses to apply the policy at all; undefined when it does not. */
export function refusalOf(verdicts: readonly Verdict[]): string | undefined {
  return Object.values(refusals).find(refusal => verdicts[0]?.reasons.includes(refusal))
}

/**
 * What `restic forget` does with the snapshots of one host and path, newest first; `now` only decides which of them
 * lie in the future. Agrees with restic 0.18 in a container whose time zone is UTC, as Holdfast’s are. Snapshots of the
 * same nanosecond keep their order here; restic’s own order of them is not determined.
 * Throws RangeError for a time or an age that cannot be read.
 */
export function keptBy<S extends DatedSnapshot>(
  policy: RetentionPolicy,
  snapshots: readonly S[],
  now: Date,
): Verdict<S>[] {
  const rules = rulesOf(policy)
  const sorted = snapshots
    .map(snapshot => ({ snapshot, entry: entryOf(parseMoment(snapshot.time), snapshot.tags) }))
    .sort((a, b) => compareMoments(b.entry.moment, a.entry.moment))
  if (isEmpty(rules)) return sorted.map(({ snapshot }) => kept(snapshot, [refusals.noRule]))
  const entries = sorted.map(({ entry }) => entry)
  const reasons = entries.map((): string[] => [])
  findReasons(rules, entries, now.getTime(), (index, reason) => reasons[index]?.push(reason))
  if (reasons.every(each => each.length === 0))
    return sorted.map(({ snapshot }) => kept(snapshot, [refusals.nothingLeft]))
  return sorted.map(({ snapshot }, index) => {
    const why = reasons[index] ?? []
    return { snapshot, keep: why.length > 0, reasons: why }
  })
}

const kept = <S extends DatedSnapshot>(snapshot: S, reasons: readonly string[]): Verdict<S> => ({
  snapshot,
  keep: true,
  reasons,
})
