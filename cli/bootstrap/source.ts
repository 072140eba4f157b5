import { posix } from 'node:path'
import { exitCodes, UserError } from '../user-error.js'

/** Where a tool finds the manifests. */
export interface Source {
  /** Address of the repository, as the tool is to use it. */
  readonly repo: string
  /** Branch, tag or commit. */
  readonly revision: string
  /** Folder of all manifests in the repository, without leading `./`; empty for its root. */
  readonly path: string
}

/** Throws UserError for an address with a credential in it, or a folder outside the repository. */
export function sourceOf(repo: string, revision: string, path: string): Source {
  if (holdsCredential(repo)) {
    throw new UserError(
      '--repo holds a password or token, as the @ in it says, which would be committed; name a Secret instead (see --help)',
      exitCodes.usage,
    )
  }
  const normal = posix.normalize(path).replace(/\/$/, '')
  if (normal.startsWith('..') || normal.startsWith('/')) {
    throw new UserError(`'${path}' is not a folder of the repository; say which one it is there: --path manifests`)
  }
  return { repo, revision, path: normal === '.' ? '' : normal }
}

/** The folder of one part in the repository. */
export function folderIn(source: Source, part: string): string {
  return posix.join(source.path === '' ? '.' : source.path, part)
}

// A token stands where a user name does and, badly written, holds slashes; only over SSH is the user no secret.
function holdsCredential(repo: string): boolean {
  const [, scheme = '', before] = /^([a-z0-9+.-]+):\/\/(.*)@/is.exec(repo) ?? []
  if (before === undefined) return false
  return scheme.toLowerCase() !== 'ssh' || before.includes(':')
}

/** The same place as a URL: git’s short form `user@host:path` is one over SSH. */
export function asUrl(repo: string): string {
  const [, place, path] = /^([^/:@]+@[^/:]+):(?!\/\/)(.*)$/.exec(repo) ?? []
  return place === undefined || path === undefined ? repo : `ssh://${place}/${path.replace(/^\//, '')}`
}
