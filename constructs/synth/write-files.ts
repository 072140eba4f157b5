import { mkdirSync, realpathSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { formatProblem } from '../../lib/problem.js'
import { type Disk, disk } from './disk.js'
import { type FileChange, type FileChanges, fileChanges, type WantedFile } from './file-changes.js'
import { ownFolder } from './file-list.js'
import { realFolder } from './folder-scan.js'
import { basesOf, isAtWork, type Journal, journalPath, place, readJournal, recover } from './journal.js'
import { refuse } from './synthesis-error.js'

export interface WriteOptions {
  /** Folder of the files whose base is `project`. @default - the working directory */
  readonly project?: string
  /** Paths of ours that stay although they are not among the files. @default - none */
  readonly keep?: ReadonlySet<string>
  readonly disk?: Disk
}

/**
 * Makes a folder hold the given files: each is written beside its place under a temporary name and renamed, files that
 * are the same are not touched, and ours that are no longer wanted are removed. A journal lets the next call finish or
 * undo what an interruption left. Throws SynthesisError (HF6002), and changes nothing, when something foreign is in the
 * way. After a power failure, as opposed to the end of the process, a file may be incomplete: the next call compares
 * every byte and repairs it.
 */
export function writeFiles(outdir: string, files: readonly WantedFile[], options: WriteOptions = {}): FileChange[] {
  const { project = process.cwd(), keep, disk: on = disk } = options
  finishInterrupted(realFolder(outdir).root, on)
  const plan = fileChanges(outdir, project, files, keep)
  refuse(plan.complaints)
  if (plan.changes.length > 0) carryOut(plan, project, on)
  return [...plan.changes]
}

/** What `writeFiles` would change; touches nothing. Throws like it. */
export function compareFiles(outdir: string, files: readonly WantedFile[], options: WriteOptions = {}): FileChange[] {
  const { project = process.cwd(), keep } = options
  const plan = fileChanges(outdir, project, files, keep)
  refuse(plan.complaints)
  const interrupted = readJournal(plan.scan.root) !== undefined
  const journal: FileChange[] = interrupted ? [{ base: 'output', path: journalPath, change: 'removed' }] : []
  // cdk8s writes no list: its folder may be compared as it is.
  const listed = plan.changes.filter(({ path }) => !(plan.unlisted && path.startsWith(`${ownFolder}/`)))
  return [...listed, ...journal]
}

function finishInterrupted(root: string, on: Disk): void {
  const journal = readJournal(root)
  if (journal === undefined) return
  if (isAtWork(journal)) {
    const path = join(root, journalPath)
    const message = `process ${journal.process} is writing there at this moment; wait for it. If it is not a synth, remove ${path}`
    refuse([{ path: root, message: formatProblem({ code: 'HF6002', object: root, path: '', message }) }])
  }
  recover(root, journal, on)
}

function carryOut({ scan, changes, write }: FileChanges, project: string, on: Disk): void {
  mkdirSync(scan.root, { recursive: true })
  const root = realpathSync(scan.root)
  if (!scan.entries.has(ownFolder)) on.makeFolder(join(root, ownFolder))
  const staging: Journal = {
    state: 'staging',
    process: process.pid,
    host: hostname(),
    project: relative(root, realpathSync(project)) || '.',
    folders: missingFolders(write, scan.entries),
    write: write.map(({ base, path }, index) => ({ base, path, temporary: temporaryName(path, index) })),
    remove: changes.filter(({ change }) => change === 'removed').map(({ path }) => path),
  }
  const path = join(root, journalPath)
  on.create(path, JSON.stringify(staging), true)
  try {
    stage(staging, root, write, on)
    const placing: Journal = { ...staging, state: 'placing' }
    on.create(`${path}.next`, JSON.stringify(placing), true)
    on.replace(`${path}.next`, path)
    place(placing, root, on)
  } catch (error) {
    // A full disk, say: what is not complete is undone at once, what is complete is finished by the next call.
    const journal = readJournal(root)
    if (journal?.state === 'staging') recover(root, journal, on)
    throw error
  }
  on.remove(path)
}

function stage(journal: Journal, root: string, write: readonly WantedFile[], on: Disk): void {
  const bases = basesOf(root, journal.project)
  for (const folder of journal.folders) on.makeFolder(join(root, folder))
  journal.write.forEach(({ base, temporary }, index) => {
    on.create(join(bases[base], temporary), write[index]?.content ?? '')
  })
}

function temporaryName(path: string, index: number): string {
  const folder = dirname(path)
  const name = `.holdfast-${index}.tmp`
  return folder === '.' ? name : `${folder}/${name}`
}

function missingFolders(write: readonly WantedFile[], entries: ReadonlyMap<string, unknown>): string[] {
  const missing = new Set<string>()
  for (const { base, path } of write) {
    if (base !== 'output') continue
    for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
      const folder = path.slice(0, end)
      if (!entries.has(folder) && folder !== ownFolder) missing.add(folder)
    }
  }
  return [...missing]
}
