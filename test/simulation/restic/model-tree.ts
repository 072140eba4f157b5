import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  type Stats,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { ProcessSpec } from '../../../sandbox/index.js'
import type { ModelEntry, ModelRepository } from './model-repository.js'

type Identity = ProcessSpec['identity']

export interface Scan {
  readonly entries: readonly ModelEntry[]
  /** What the container’s user may not read. */
  readonly unreadable: readonly { readonly path: string; readonly folder: boolean }[]
  /** Bytes that the repository did not have. */
  readonly addedBytes: number
}

/** Reads a folder into the repository’s objects, as the container’s user may read it. */
export function scan(
  repository: ModelRepository,
  root: string,
  how: { readonly identity: Identity; readonly excluded: (path: string) => boolean },
): Scan {
  const entries: ModelEntry[] = []
  const unreadable: { path: string; folder: boolean }[] = []
  let addedBytes = 0
  const visit = (folder: string) => {
    for (const name of readdirSync(join(root, folder)).sort()) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (how.excluded(path)) continue
      const stats = lstatSync(join(root, path))
      const common = { path, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, mtimeMs: stats.mtimeMs }
      if (stats.isSymbolicLink()) {
        entries.push({ ...common, type: 'link', size: 0, target: readlinkSync(join(root, path)) })
      } else if (stats.isDirectory()) {
        entries.push({ ...common, type: 'folder', size: 0 })
        if (mayRead(stats, how.identity)) visit(path)
        else unreadable.push({ path, folder: true })
      } else if (!stats.isFile()) {
      } else if (mayRead(stats, how.identity)) {
        const bytes = readFileSync(join(root, path))
        const { hash, isNew } = repository.store(bytes)
        if (isNew) addedBytes += bytes.length
        entries.push({ ...common, type: 'file', size: bytes.length, hash })
      } else unreadable.push({ path, folder: false })
    }
  }
  visit('')
  return { entries, unreadable, addedBytes }
}

function mayRead(stats: Stats, { user, group, supplementaryGroups, capabilities }: Identity): boolean {
  if (capabilities.some(name => name === 'dac_override' || name === 'dac_read_search')) return true
  const needed = stats.isDirectory() ? 0o5 : 0o4
  const shift = stats.uid === user ? 6 : [group, ...supplementaryGroups].includes(stats.gid) ? 3 : 0
  return ((stats.mode >> shift) & needed) === needed
}

/** Whether a file is there exactly as stored. */
export function isAsStored(repository: ModelRepository, target: string, entry: ModelEntry): boolean {
  const there = lstatSync(target, { throwIfNoEntry: false })
  if (there === undefined || !there.isFile() || entry.hash === undefined) return false
  const stored = repository.read(entry.hash)
  return stored?.equals(readFileSync(target)) === true
}

/** Writes one entry. Throws what the file system throws, and an Error for a content that is lost. */
export function restoreEntry(repository: ModelRepository, target: string, entry: ModelEntry): void {
  mkdirSync(dirname(target), { recursive: true })
  const there = lstatSync(target, { throwIfNoEntry: false })
  if (there !== undefined && (entry.type !== 'folder' || !there.isDirectory())) rmSync(target, { recursive: true })
  if (entry.type === 'link') symlinkSync(entry.target ?? '', target)
  else if (entry.type === 'folder') mkdirSync(target, { recursive: true })
  else {
    const bytes = repository.read(entry.hash ?? '')
    if (bytes === undefined) throw new Error(`data of ${entry.path} is not in the repository`)
    writeFileSync(target, bytes)
  }
  if (process.getuid?.() === 0) lchownSync(target, entry.uid, entry.gid)
  if (entry.type !== 'link') chmodSync(target, entry.mode)
  if (entry.type === 'file') utimesSync(target, entry.mtimeMs / 1000, entry.mtimeMs / 1000)
}

/** Removes what a folder has beside `kept`; gives how many entries. */
export function removeOthers(root: string, kept: ReadonlySet<string>, spared: (path: string) => boolean): number {
  let removed = 0
  const visit = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (spared(path)) continue
      if (kept.has(path)) {
        if (entry.isDirectory()) visit(path)
        continue
      }
      removed += 1 + (entry.isDirectory() ? readdirSync(join(root, path), { recursive: true }).length : 0)
      rmSync(join(root, path), { recursive: true })
    }
  }
  visit('')
  return removed
}
