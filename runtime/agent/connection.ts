import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Provider } from '../../lib/provider.js'
import { secretValues } from '../../lib/restic/credentials.js'
import { resticEnvironment } from '../../lib/restic/environment.js'
import { StepFailure } from './failure.js'
import type { Flags } from './flags.js'
import type { Pod } from './pod.js'
import type { Restic } from './restic.js'
import { niceWrapper } from './restic-process.js'

const progressSeconds = 10

/**
 * Makes restic ready to run: reads the mounted Secret, writes the files that restic needs, hides the credentials from
 * everything that is logged. Throws SecretMissing for an empty folder (an optional Secret volume without its Secret)
 * and SecretKeyMissing with the keys’ names.
 */
export function connect(flags: Flags, pod: Pod): Restic {
  const secretDir = flags.text('secret-dir')
  const provider = flags.text('provider') as Provider
  const keys = readKeys(secretDir)
  pod.keepSecret(secretValues(keys))
  const limit = memoryLimit()
  const environment = resticEnvironment({
    provider,
    url: flags.text('repository'),
    keys,
    region: flags.text('region'),
    scratchDir: flags.text('scratch-dir'),
    path: pod.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    progressSeconds,
    ...(limit === undefined ? {} : { memoryLimit: limit }),
  })
  if (environment.missing.length > 0) {
    const names = environment.missing.join(', ')
    throw new StepFailure(
      'SecretKeyMissing',
      `the repository’s Secret lacks ${names}, which a ${provider} backend needs`,
    )
  }
  for (const folder of environment.folders) mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const file of environment.files) writePrivate(file.path, file.content)
  const enableCache = flags.boolean('enable-cache')
  return {
    pod,
    variables: environment.variables,
    wrapper: niceWrapper(pod.env),
    cacheDir: enableCache ? environment.cacheDir : undefined,
    openPatience: flags.integer('open-patience'),
    access: {
      provider,
      insecureTLS: flags.boolean('insecure-tls'),
      maxConnections: flags.integer('max-connections'),
      enableCache,
      retryLock: flags.text('retry-lock'),
    },
  }
}

function readKeys(folder: string): Map<string, string> {
  const names = entriesOf(folder).filter(name => !name.startsWith('..') && statSync(join(folder, name)).isFile())
  if (names.length === 0) {
    const message = `${folder} is empty: the repository’s Secret does not exist in the namespace of this Job, or has no keys`
    throw new StepFailure('SecretMissing', message)
  }
  return new Map(names.map(name => [name, readFileSync(join(folder, name), 'utf8')]))
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function writePrivate(path: string, content: string): void {
  writeFileSync(path, content, { mode: 0o600 })
  // The mode above counts only for a new file.
  chmodSync(path, 0o600)
}

/** The container’s memory limit in bytes (cgroup v2), undefined when there is none. */
function memoryLimit(): number | undefined {
  try {
    const limit = Number(readFileSync('/sys/fs/cgroup/memory.max', 'utf8'))
    return Number.isSafeInteger(limit) && limit > 0 ? limit : undefined
  } catch {
    // No cgroup v2, or “max”: restic then uses what it needs.
    return undefined
  }
}
