import { existsSync } from 'node:fs'
import { exitCodes, UserError } from '../user-error.js'
import { askGit } from './git.js'

/** A tree of git’s: what a revision holds. */
export interface Revision {
  /** As the person wrote it. */
  readonly name: string
  readonly commit: string
  /** A path of its own after a colon, from the top of the repository. */
  readonly path: string | undefined
}

/** One side of a comparison: a revision of git’s, or a place on disk. */
export type Side = { readonly revision: Revision } | { readonly place: string }

/** Tells revisions and places apart. Throws UserError for what is neither, or both. */
export async function sideOf(name: string, signal: AbortSignal): Promise<Side> {
  const onDisk = existsSync(name)
  // A path that looks like one is no revision.
  if (onDisk && /^(\.{1,2}(\/|$)|\/)/.test(name)) return { place: name }
  const revision = await revisionOf(name, signal)
  if (revision === undefined && onDisk) return { place: name }
  if (revision === undefined) throw new UserError(await unknown(name, signal), exitCodes.usage)
  if (onDisk) {
    const both = `${name} is both a revision and a file or folder here`
    throw new UserError(
      `${both}; write ./${name} for what is on disk, or refs/heads/${name} for the branch`,
      exitCodes.usage,
    )
  }
  return { revision }
}

async function revisionOf(name: string, signal: AbortSignal): Promise<Revision | undefined> {
  const colon = name.indexOf(':')
  const [commitish, path] = colon > 0 ? [name.slice(0, colon), name.slice(colon + 1)] : [name, undefined]
  const commit = await commitOf(commitish, signal)
  return commit === undefined ? undefined : { name: commitish, commit, path }
}

async function commitOf(name: string, signal: AbortSignal): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]
  const { ok, output } = await askGit(args, signal)
  // git 2.30 and older repeat the option in their answer.
  const lines = output.toString('utf8').trim().split('\n')
  const last = lines.at(-1) ?? ''
  return ok && /^[0-9a-f]{40,64}$/.test(last) ? last : undefined
}

async function unknown(name: string, signal: AbortSignal): Promise<string> {
  const { ok, output, reason } = await askGit(['rev-parse', '--is-shallow-repository'], signal)
  if (!ok) return `${name} is no file or folder here, and git knows no repository: ${reason}`
  const shallow = output.toString('utf8').trim() === 'true'
  const fetch = name.startsWith('origin/') ? ' ‘git fetch origin’ brings branches of the remote.' : ''
  const depth = shallow ? ' The repository is a shallow clone; fetch all of it (actions/checkout: fetch-depth: 0).' : ''
  return `${name} is no file or folder here, and no revision that git knows.${fetch}${depth}`
}

/** The commit from which both sides come, named after the first. Throws UserError when they share none. */
export async function mergeBase(before: Revision, after: Revision | undefined, signal: AbortSignal): Promise<Revision> {
  const { ok, output } = await askGit(['merge-base', before.commit, after?.commit ?? 'HEAD'], signal)
  const commit = output.toString('utf8').trim()
  if (!ok || commit === '') {
    throw new UserError(
      `${before.name} and ${after?.name ?? 'HEAD'} have no commit in common; in a shallow clone, fetch all of it`,
    )
  }
  return { name: `${before.name} (at ${commit.slice(0, 10)})`, commit, path: before.path }
}
