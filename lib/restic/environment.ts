import type { Provider } from '../provider.js'
import {
  caKey,
  credentialVariables,
  googleAccountKey,
  missingKeys,
  passwordKey,
  type SecretKeys,
} from './credentials.js'

export interface EnvironmentInput {
  readonly provider: Provider
  /** restic’s name of the repository; it never holds a credential. */
  readonly url: string
  readonly keys: SecretKeys
  /** Region that S3 requests are signed for; empty for the store’s own answer. */
  readonly region?: string
  /** A folder of this pod that only the mover writes. */
  readonly scratchDir: string
  readonly path: string
  /** Seconds between two progress messages. */
  readonly progressSeconds: number
  /** Memory that the container may use, in bytes; absent when there is no limit. */
  readonly memoryLimit?: number
}

/** What restic is started with. */
export interface ResticEnvironment {
  readonly variables: Readonly<Record<string, string>>
  /** Files that must exist before the start, readable by the mover’s user only. */
  readonly files: readonly { readonly path: string; readonly content: string }[]
  readonly folders: readonly string[]
  readonly cacheDir: string
  /** Keys that the Secret lacks; restic cannot be started while there are any. */
  readonly missing: readonly string[]
}

/**
 * The whole environment of a restic process: nothing of the container’s own environment but PATH reaches it, so no
 * foreign `RESTIC_…` or `AWS_…` variable can redirect a backup. Credentials travel here, never in arguments.
 */
export function resticEnvironment(input: EnvironmentInput): ResticEnvironment {
  const { provider, keys, scratchDir } = input
  const cacheDir = `${scratchDir}/restic-cache`
  const temporary = `${scratchDir}/restic-tmp`
  const google = fileOf(provider === 'gcs' ? keys.get(googleAccountKey) : undefined, `${temporary}/google-account.json`)
  const authority = fileOf(keys.get(caKey), `${temporary}/ca.pem`)
  const variables: Record<string, string> = {
    PATH: input.path,
    HOME: temporary,
    TMPDIR: temporary,
    LC_ALL: 'C',
    RESTIC_REPOSITORY: input.url,
    RESTIC_PASSWORD: keys.get(passwordKey) ?? '',
    RESTIC_CACHE_DIR: cacheDir,
    RESTIC_PROGRESS_FPS: String(1 / input.progressSeconds),
    ...credentialVariables(provider, keys),
    ...(provider === 's3' && input.region !== undefined && input.region !== ''
      ? { AWS_DEFAULT_REGION: input.region }
      : {}),
    ...(google === undefined ? {} : { GOOGLE_APPLICATION_CREDENTIALS: google.path }),
    ...(authority === undefined ? {} : { RESTIC_CACERT: authority.path }),
    ...(input.memoryLimit === undefined ? {} : { GOMEMLIMIT: String(Math.floor(input.memoryLimit * 0.8)) }),
  }
  return {
    variables,
    files: [google, authority].filter(file => file !== undefined),
    folders: [cacheDir, temporary],
    cacheDir,
    missing: missingKeys(provider, keys),
  }
}

function fileOf(content: string | undefined, path: string) {
  return content === undefined || content.trim() === '' ? undefined : { path, content }
}
