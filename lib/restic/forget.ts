import type { RetentionPolicy } from '../api/retention-policy.js'
import type { SnapshotIdentity } from '../identity.js'
import { keepCounts, keepWithins } from '../keep-rules.js'
import { type Access, lockingArguments } from './command.js'

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
