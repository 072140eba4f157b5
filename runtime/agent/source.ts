import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StepFailure } from './failure.js'

type State = 'folder' | 'other' | 'missing'

/**
 * Makes sure that every path of the target is a folder; restic before 0.19 passes over a missing one with exit 0.
 * Throws PathMissing or PathNotDirectory, naming all that are wrong.
 */
export function checkPaths(paths: readonly string[]): void {
  const states = paths.map(path => ({ path, state: stateOf(path) }))
  const [missing, others] = (['missing', 'other'] as const).map(state =>
    states.filter(each => each.state === state).map(each => each.path),
  )
  const also = others?.length ? `; no folder: ${others.join(', ')}` : ''
  if (missing?.length) throw new StepFailure('PathMissing', `the volume does not have ${missing.join(', ')}${also}`)
  if (others?.length)
    throw new StepFailure('PathNotDirectory', `no folder: ${others.join(', ')}; target.paths names folders`)
}

/**
 * Refuses paths without a single file before anything is stored: an empty snapshot would be the newest one to
 * restore, and would count for retention like a good one. Throws EmptySource, naming all such paths.
 */
export function refuseEmpty(paths: readonly string[]): void {
  const empty = paths.filter(path => !hasFile(path))
  if (empty.length === 0) return
  throw new StepFailure(
    'EmptySource',
    `there is no file in ${empty.join(', ')}; if that is right, set emptySourcePolicy: Accept`,
  )
}

function hasFile(folder: string): boolean {
  const entries = entriesOf(folder)
  if (entries === undefined) return true
  if (entries.some(entry => !entry.isDirectory())) return true
  return entries.some(entry => entry.name !== 'lost+found' && hasFile(join(folder, entry.name)))
}

// A folder that may not be read may hold files: restic will say that it could not read it.
function entriesOf(folder: string): Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined
    throw error
  }
}

function stateOf(path: string): State {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'other'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing'
    // Not allowed to look inside: restic will say which file it could not read.
    if (code === 'EACCES') return 'folder'
    throw error
  }
}
