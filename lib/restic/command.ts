import { allowedBackupArguments } from '../backup-arguments.js'
import type { Provider } from '../provider.js'

/** How restic reaches its store, as far as arguments say it. Everything else is in its environment. */
export interface Access {
  readonly provider: Provider
  readonly insecureTLS: boolean
  /** Connections that restic opens at once; 0 leaves it at restic’s own default. */
  readonly maxConnections: number
  readonly enableCache: boolean
  /** Go duration for which restic waits for a lock that another process holds. */
  readonly retryLock: string
}

// restic’s own names of its backends, for `-o <backend>.connections`.
const backendNames: Readonly<Record<Provider, string>> = {
  s3: 's3',
  gcs: 'gs',
  azure: 'azure',
  b2: 'b2',
  swift: 'swift',
  rest: 'rest',
  local: 'local',
}

function shared(access: Access): string[] {
  return [
    '--json',
    ...(access.enableCache ? [] : ['--no-cache']),
    ...(access.insecureTLS ? ['--insecure-tls'] : []),
    ...(access.maxConnections > 0
      ? [`--option=${backendNames[access.provider]}.connections=${access.maxConnections}`]
      : []),
  ]
}
const locking = (access: Access) => [...shared(access), `--retry-lock=${access.retryLock}`]
// Reading without a lock: a look-up must neither wait for a backup nor leave anything behind.
const lockless = (access: Access) => [...shared(access), '--no-lock']
const each = (flag: string, values: readonly string[]) => values.map(value => `--${flag}=${value}`)

export interface BackupArguments {
  readonly host: string
  readonly tags: readonly string[]
  readonly path: string
  readonly exclude: readonly string[]
  /** Further flags of `restic backup`, as `allowedBackupArguments` has them. */
  readonly args: readonly string[]
}

/**
 * `restic backup` of one folder. Its `lost+found` is left out: a file system’s own folder that only root may read.
 * Throws a RangeError for an argument that is not on the allow-list, or a tag that is one of Holdfast’s own.
 */
export function backupCommand(access: Access, of: BackupArguments): string[] {
  const refused = of.args.find(argument => !isAllowed(argument))
  if (refused !== undefined) {
    throw new RangeError(
      `'${refused}' is no argument that a backup may add; allowed are ${allowedBackupArguments.join(', ')}`,
    )
  }
  const comma = of.tags.find(tag => tag.includes(','))
  if (comma !== undefined) throw new RangeError(`a tag cannot hold a comma, at which restic splits: '${comma}'`)
  return [
    'backup',
    ...locking(access),
    `--host=${of.host}`,
    ...each('tag', of.tags),
    '--group-by=host,paths',
    `--exclude=${literalPattern(of.path)}/lost+found`.replace('=//', '=/'),
    ...each('exclude', of.exclude),
    ...of.args,
    '--',
    of.path,
  ]
}

function isAllowed(argument: string): boolean {
  const name = argument.split('=', 1)[0] ?? ''
  if (!allowedBackupArguments.some(allowed => allowed === name)) return false
  const tags = name === '--tag' ? argument.slice('--tag='.length).split(',') : []
  return !tags.some(tag => /^(holdfast$|session=|attempt=|paths=|root=)/.test(tag))
}

/** A path as a pattern of restic (Go’s filepath.Match) that matches this path only. */
export function literalPattern(path: string): string {
  return path.replace(/[\\*?[\]]/g, character => `\\${character}`)
}

/** `restic snapshots`; all `tags` must be there. */
export function snapshotsCommand(access: Access, of: { host?: string; tags?: readonly string[] } = {}): string[] {
  return [
    'snapshots',
    ...lockless(access),
    ...(of.host === undefined ? [] : [`--host=${of.host}`]),
    ...(of.tags === undefined || of.tags.length === 0 ? [] : [`--tag=${of.tags.join(',')}`]),
  ]
}

/** `restic cat config`: tells whether a repository is there (exit 10), and its id. */
export const catConfigCommand = (access: Access): string[] => ['cat', 'config', ...lockless(access)]
export const initCommand = (access: Access): string[] => ['init', ...shared(access)]
/** Removes stale locks only: `--remove-all` would pull the lock from under a running process. */
export const unlockCommand = (access: Access): string[] => ['unlock', ...shared(access)]
export const statsCommand = (access: Access): string[] => ['stats', '--mode=raw-data', ...lockless(access)]
export const versionCommand = (): string[] => ['version', '--json']

export interface RestoreArguments {
  readonly snapshot: string
  /** Folder inside the snapshot that becomes `target`. */
  readonly storedPath: string
  readonly target: string
  /** Patterns relative to the stored path. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** Removes what the snapshot does not have. */
  readonly deleteOthers: boolean
}

/**
 * `restic restore <id>:<stored path>`. `lost+found` is never touched. restic refuses include and exclude together,
 * so beside includes an exclude becomes a negated include, which has the same effect (restic ≥ 0.17).
 */
export function restoreCommand(access: Access, of: RestoreArguments): string[] {
  const left = [...of.exclude, '/lost+found']
  const negated = left.map(pattern => (pattern.startsWith('!') ? pattern.slice(1) : `!${pattern}`))
  return [
    'restore',
    ...locking(access),
    `--target=${of.target}`,
    '--overwrite=always',
    ...(of.include.length === 0 ? each('exclude', left) : each('include', [...of.include, ...negated])),
    ...(of.deleteOthers ? ['--delete'] : []),
    '--',
    `${of.snapshot}:${of.storedPath}`,
  ]
}

/** `restic prune`; empty texts leave restic’s defaults (5 % unused, no limit to repacking). */
export function pruneCommand(access: Access, of: { maxUnused: string; maxRepackSize: string }): string[] {
  return [
    'prune',
    ...locking(access),
    ...(of.maxUnused === '' ? [] : [`--max-unused=${of.maxUnused}`]),
    ...(of.maxRepackSize === '' ? [] : [`--max-repack-size=${of.maxRepackSize}`]),
  ]
}

/** `restic check`; `readDataSubset` as restic has it (`5%`, `1/10`, `2G`), empty for structure only. */
export function checkCommand(access: Access, readDataSubset: string): string[] {
  return ['check', ...locking(access), ...(readDataSubset === '' ? [] : [`--read-data-subset=${readDataSubset}`])]
}

/** Whether a command line takes a lock in the repository. */
export const takesLock = (args: readonly string[]): boolean => args.some(each => each.startsWith('--retry-lock='))

/** Arguments that every locking command shares, for commands that live in files of their own. */
export const lockingArguments = locking
