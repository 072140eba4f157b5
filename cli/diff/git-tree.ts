import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { UserError } from '../user-error.js'
import { askGit } from './git.js'
import type { Revision } from './revision.js'

/** A file of a tree. */
interface Blob {
  readonly hash: string
  readonly path: string
}

/** What a kustomization may be called beside YAML and JSON. */
const isManifest = (path: string) => /\.(ya?ml|json)$/i.test(path) || posix.basename(path) === 'Kustomization'
/** How Git LFS begins a file whose content is elsewhere. */
const pointerStart = Buffer.from('version https://git-lfs.github.com/spec/')
/** Files at once: their names and contents pass through memory. */
const batch = 2000

/** What was written of a revision. */
export interface WrittenTree {
  readonly files: number
  /** Links and submodules, whose content is elsewhere. */
  readonly skipped: readonly string[]
  /** Files of which git has only a pointer to their content (Git LFS). */
  readonly pointers: readonly string[]
}

/**
 * Writes the YAML and JSON files of a revision below `folder`, under their paths from the top of the repository,
 * without touching work tree or index. Throws UserError when git refuses, or a path leads out of the folder.
 */
export async function writeTree(
  revision: Revision,
  paths: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<WrittenTree> {
  const { blobs, skipped } = await blobsOf(revision, paths, signal)
  const pointers: string[] = []
  for (let from = 0; from < blobs.length; from += batch) {
    pointers.push(...(await writeBlobs(blobs.slice(from, from + batch), folder, signal)))
  }
  return { files: blobs.length, skipped, pointers }
}

async function blobsOf(revision: Revision, paths: readonly string[], signal: AbortSignal) {
  const places = paths.filter(path => path !== '' && path !== '.')
  const only = places.length < paths.length ? [] : places.map(path => path.replace(/\/+$/, ''))
  const asked = new Set(only)
  const args = ['--literal-pathspecs', 'ls-tree', '-r', '-z', '--full-tree', revision.commit, '--', ...only]
  const { ok, output, reason } = await askGit(args, signal)
  if (!ok) throw new UserError(`git cannot read ${revision.name}: ${reason}`)
  const blobs: Blob[] = []
  const skipped: string[] = []
  for (const entry of output.toString('utf8').split('\0')) {
    const [, mode = '', hash = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]+)$/.exec(entry) ?? []
    if (path === '' || path.split('/').includes('node_modules')) continue
    // What somebody named is read whatever it is called, as on disk.
    const wanted = isManifest(path) || asked.has(path)
    // Anything may be in a submodule, whatever its name.
    if (mode === '160000' || (mode === '120000' && wanted)) skipped.push(path)
    else if (wanted) blobs.push({ hash, path })
  }
  return { blobs, skipped }
}

/** Returns the files that are but pointers, which are not written. */
async function writeBlobs(blobs: readonly Blob[], folder: string, signal: AbortSignal): Promise<string[]> {
  const input = blobs.map(({ hash }) => `${hash}\n`).join('')
  const { ok, output, reason } = await askGit(['cat-file', '--batch'], signal, input)
  if (!ok) throw new UserError(`git cannot read the files of a revision: ${reason}`)
  const pointers: string[] = []
  let at = 0
  for (const { hash, path } of blobs) {
    const end = output.indexOf(0x0a, at)
    const [name, kind, size] = output.subarray(at, end).toString('latin1').split(' ')
    if (name !== hash || kind !== 'blob') {
      throw new UserError(`git has no content for ${path}; a partial clone fetches it with: git fetch --refetch`)
    }
    const start = end + 1
    at = start + Number(size) + 1
    const content = output.subarray(start, at - 1)
    if (content.subarray(0, pointerStart.length).equals(pointerStart)) pointers.push(path)
    else writeBelow(folder, path, content)
  }
  return pointers
}

// A tree that somebody forged may hold any names.
function writeBelow(folder: string, path: string, content: Buffer): void {
  if (posix.isAbsolute(path) || path.split('/').some(part => part === '..' || part === '.' || part === '')) {
    throw new UserError(`git has a file ${JSON.stringify(path)}, which leads out of its folder; it is not read`)
  }
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
