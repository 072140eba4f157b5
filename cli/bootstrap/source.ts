import { posix } from 'node:path'
import { UserError } from '../user-error.js'

/** Where a tool finds the manifests. */
export interface Source {
  /** Address of the repository, as the tool is to use it. */
  readonly repo: string
  /** Branch, tag or commit. */
  readonly revision: string
  /** Folder of all manifests in the repository, without leading `./`; empty for its root. */
  readonly path: string
}

/** Throws UserError for an address with a password, or a folder outside the repository. */
export function sourceOf(repo: string, revision: string, path: string): Source {
  if (/^[a-z0-9+]+:\/\/[^/@]*:[^/@]*@/i.test(repo)) {
    const message = '--repo holds a password, which would be committed; name a Secret instead (see --help)'
    throw new UserError(message)
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
