import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Disk, isAbsent, removeIfEmpty, removeIfThere } from './disk.js'
import { isInside, ownFolder } from './file-list.js'

export const journalPath = `${ownFolder}/journal`

/** One file that a synth puts in place. */
export interface JournalWrite {
  /** Folder that the paths start from: the output folder, or the project beside it. */
  readonly base: 'output' | 'project'
  readonly temporary: string
  readonly path: string
}

/** What a synth is doing, for the one that comes after an interruption. */
export interface Journal {
  /** `staging`: temporary files are being written, so undo. `placing`: all are written, so finish. */
  readonly state: 'staging' | 'placing'
  readonly process: number
  readonly host: string
  /** The project’s folder, seen from the output folder. */
  readonly project: string
  /** Folders that the synth makes, outer ones first. */
  readonly folders: readonly string[]
  readonly write: readonly JournalWrite[]
  readonly remove: readonly string[]
}

/** Where the paths of a journal start from. */
export function basesOf(root: string, project: string): Record<JournalWrite['base'], string> {
  return { output: root, project: join(root, project) }
}

/** The journal of a folder; undefined when nobody was interrupted there. */
export function readJournal(root: string): Journal | undefined {
  let text: string
  try {
    text = readFileSync(join(root, journalPath), 'utf8')
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
  return parse(text)
}

/** True while the synth that wrote a journal may still be at work on this machine. */
export function isAtWork(journal: Journal): boolean {
  if (journal.host !== hostname() || journal.process === process.pid || journal.process <= 0) return false
  try {
    process.kill(journal.process, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Finishes what an interrupted synth had completely prepared, and undoes anything less. Can itself be interrupted. */
export function recover(root: string, journal: Journal, on: Disk): void {
  const bases = basesOf(root, journal.project)
  if (journal.state === 'placing') place(journal, root, on, true)
  else {
    for (const { base, temporary } of journal.write) removeIfThere(on, join(bases[base], temporary))
    for (const folder of [...journal.folders].reverse()) removeIfEmpty(on, join(root, folder))
  }
  removeIfThere(on, join(root, `${journalPath}.next`))
  removeIfThere(on, join(root, journalPath))
  removeIfEmpty(on, join(root, ownFolder))
}

/** Puts every prepared file in its place and removes what is no longer made; `again`: some of it was done before. */
export function place(journal: Journal, root: string, on: Disk, again = false): void {
  const bases = basesOf(root, journal.project)
  for (const { base, temporary, path } of journal.write) {
    try {
      on.replace(join(bases[base], temporary), join(bases[base], path))
    } catch (error) {
      if (!again || !isAbsent(error)) throw error
    }
  }
  for (const path of journal.remove) removeIfThere(on, join(root, path))
  for (const folder of foldersAbove(journal.remove)) removeIfEmpty(on, join(root, folder))
}

function foldersAbove(paths: readonly string[]): string[] {
  const folders = new Set<string>()
  for (const path of paths) {
    const parts = path.split('/').slice(0, -1)
    for (let length = parts.length; length > 0; length--) folders.add(parts.slice(0, length).join('/'))
  }
  return [...folders].sort((left, right) => right.split('/').length - left.split('/').length)
}

// A journal is put in place whole once anything is staged: one that cannot be read was cut off before that.
function parse(text: string): Journal {
  const nothing: Journal = {
    state: 'staging',
    process: 0,
    host: '',
    project: '.',
    folders: [],
    write: [],
    remove: [],
  }
  let read: Partial<Journal>
  try {
    read = { ...JSON.parse(text) }
  } catch (error) {
    if (error instanceof SyntaxError) return nothing
    throw error
  }
  const whole = { ...nothing, ...read }
  const paths = [...whole.folders, ...whole.remove, ...whole.write.flatMap(each => [each.temporary, each.path])]
  return paths.every(isInside) ? whole : nothing
}
