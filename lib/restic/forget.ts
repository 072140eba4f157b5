import type { RetentionPolicy } from '../api/retention-policy.js'
import type { SnapshotIdentity } from '../identity.js'
import { keepCounts, keepWithins } from '../keep-rules.js'
import { type Access, lockingArguments } from './command.js'
import { isRecord } from './json-lines.js'
import { snapshotList } from './messages.js'

/**
 * `restic forget` for the snapshots of one host and path, which it never leaves out: in a shared repository a forget
 * without them removes what others stored. Throws a RangeError when the policy keeps nothing.
 */
export function forgetCommand(access: Access, of: SnapshotIdentity, policy: RetentionPolicy): string[] {
  const keeps = keepFlags(policy)
  if (keeps.length === 0) {
    throw new RangeError(
      `the retention policy of ${of.host}:${of.path} has no keep rule; nothing is removed without one`,
    )
  }
  if (of.host === '' || of.path === '') throw new RangeError('forget needs a host and a path')
  return [
    'forget',
    ...lockingArguments(access),
    `--host=${of.host}`,
    `--path=${of.path}`,
    '--group-by=host,paths',
    ...keeps,
    ...(policy.dryRun === true ? ['--dry-run'] : []),
  ]
}

function keepFlags(policy: RetentionPolicy): string[] {
  const flag = (key: string) => `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
  const values = [...keepCounts, ...keepWithins].flatMap(key => {
    const value = policy[key]
    return value === undefined ? [] : [`${flag(key)}=${value}`]
  })
  return [...values, ...(policy.keepTags ?? []).map(tag => `--keep-tag=${tag}`)]
}

/** What one `restic forget` did. */
export interface ForgetCounts {
  readonly kept: number
  readonly removed: number
}

/**
 * How many snapshots `restic forget` kept and removed; it prints nothing when no snapshot matched (undefined, here).
 * `problem` says in a person’s words why its account cannot be right: it is none, it is about other snapshots than
 * those of the host and path, or it removed everything, which restic refuses (0.17 and later).
 */
export function forgetAccount(document: unknown, of: SnapshotIdentity): ForgetCounts | { readonly problem: string } {
  if (document === undefined) return { kept: 0, removed: 0 }
  if (!Array.isArray(document) || !document.every(isRecord)) return { problem: 'restic gave no account of it' }
  const [kept, removed] = (['keep', 'remove'] as const).map(key =>
    document.map(group => snapshotList(group[key] ?? [])),
  )
  const all = [...(kept ?? []), ...(removed ?? [])]
  if (all.includes(undefined)) return { problem: 'restic gave no account of it that can be read' }
  const foreign = all.flatMap(list => list ?? []).find(each => each.host !== of.host || !each.paths.includes(of.path))
  if (foreign !== undefined) {
    return { problem: `restic also worked on snapshot ${foreign.id.slice(0, 8)} of ${foreign.host}:${foreign.paths}` }
  }
  const count = (lists: typeof kept) => (lists ?? []).reduce((sum, list) => sum + (list?.length ?? 0), 0)
  if (count(removed) > 0 && count(kept) === 0) return { problem: `restic kept none of ${count(removed)} snapshots` }
  return { kept: count(kept), removed: count(removed) }
}
