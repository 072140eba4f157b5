import { closeSync, lstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { formatProblem } from '../../lib/problem.js'
import { isAbsent } from './disk.js'
import { fileListText, isInside, listPath, readFileList } from './file-list.js'
import { type FolderScan, type Standing, scanFolder } from './folder-scan.js'
import type { Complaint } from './synthesis-error.js'

/** A file that a folder is to hold. */
export interface WantedFile {
  readonly base: 'output' | 'project'
  readonly path: string
  readonly content: Uint8Array
  /** What it is for, as a complaint names it. */
  readonly construct: string
}

export interface FileChange {
  readonly base: 'output' | 'project'
  readonly path: string
  readonly change: 'added' | 'changed' | 'removed'
}

/** What would have to happen to a folder. */
export interface FileChanges {
  readonly scan: FolderScan
  readonly changes: readonly FileChange[]
  /** The files behind `added` and `changed`, in the same order. */
  readonly write: readonly WantedFile[]
  /** Foreign things in the way (HF6002). */
  readonly complaints: readonly Complaint[]
  /** The folder has no list of files yet. */
  readonly unlisted: boolean
}

/**
 * Compares a folder with what it is to hold, byte by byte. Ours are the files of the folder’s list, and `*.k8s.yaml`
 * beside what we write, as cdk8s names them; everything else is foreign, stays, and is in the way where a file of ours
 * would go. `keep` are paths of ours that stay although they are not among the files.
 */
export function fileChanges(
  outdir: string,
  project: string,
  files: readonly WantedFile[],
  keep: ReadonlySet<string> = new Set(),
): FileChanges {
  const scan = scanFolder(outdir)
  const listed = readFileList(scan.root)
  const output = files.filter(({ base }) => base === 'output')
  const wanted = new Set([...output.map(({ path }) => path), ...keep])
  const list: WantedFile = {
    base: 'output',
    path: listPath,
    content: Buffer.from(fileListText([...wanted])),
    construct: 'the list of files',
  }
  const changes: FileChange[] = []
  const write: WantedFile[] = []
  const complaints: Complaint[] = []
  for (const file of files.length === 0 && wanted.size === 0 && listed.size === 0 ? [] : [...files, list]) {
    const { base, path } = file
    const isOwn = base === 'project' || file === list || listed.has(path) || path.endsWith('.k8s.yaml')
    const found = compare(file, base === 'output' ? scan : undefined, join(project, path), isOwn)
    if (typeof found === 'object') complaints.push(found)
    else if (found !== 'same') {
      changes.push({ base, path, change: found })
      write.push(file)
    }
  }
  for (const path of staleFiles(scan, listed, wanted)) changes.push({ base: 'output', path, change: 'removed' })
  return { scan, changes, write, complaints, unlisted: scan.exists && scan.entries.size > 0 && listed.size === 0 }
}

function compare(
  file: WantedFile,
  scan: FolderScan | undefined,
  projectPath: string,
  isOwn: boolean,
): 'same' | 'added' | 'changed' | Complaint {
  if (!isInside(file.path)) return complaint(file, `'${file.path}' does not lie inside the folder`)
  const place = scan === undefined ? projectPath : join(scan.root, file.path)
  const found = scan === undefined || file.path === listPath ? standingAt(place) : standingIn(scan, file.path)
  if (found === undefined) return 'added'
  if (found !== 'file') return complaint(file, `${place} is a folder or a symbolic link, or one is on the way to it`)
  if (holds(place, file.content)) return 'same'
  if (isOwn) return 'changed'
  return complaint(file, `${place} stands there, and Holdfast did not write it`)
}

let scratch = Buffer.alloc(2 ** 16)

// Thousands of small files are compared: one buffer for all, and no question for their sizes.
function holds(path: string, content: Uint8Array): boolean {
  const { length } = content
  if (scratch.length <= length) scratch = Buffer.alloc(2 * length)
  const file = openSync(path, 'r')
  try {
    let read = 0
    for (let more = 1; more > 0 && read <= length; read += more)
      more = readSync(file, scratch, read, length + 1 - read, null)
    return read === length && scratch.subarray(0, length).equals(content)
  } finally {
    closeSync(file)
  }
}

function standingIn(scan: FolderScan, path: string): Standing | undefined {
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    const above = scan.entries.get(path.slice(0, end))
    if (above === undefined) return undefined
    if (above !== 'folder') return 'strange'
  }
  return scan.entries.get(path)
}

function standingAt(path: string): Standing | undefined {
  try {
    return lstatSync(path).isFile() ? 'file' : 'strange'
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

function complaint({ construct, path }: WantedFile, found: string): Complaint {
  const message = `cannot be written to ${path}: ${found}. Move that away, or choose another output folder`
  return { path: construct, message: formatProblem({ code: 'HF6002', object: construct, path: '', message }) }
}

function staleFiles(scan: FolderScan, listed: ReadonlySet<string>, wanted: ReadonlySet<string>): string[] {
  const folders = new Set(['', ...[...wanted, ...listed].map(folderOf)])
  const stale: string[] = []
  for (const [path, standing] of scan.entries) {
    if (standing !== 'file' || wanted.has(path)) continue
    if (listed.has(path) || (path.endsWith('.k8s.yaml') && folders.has(folderOf(path)))) stale.push(path)
  }
  return stale.sort()
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
