import { statSync } from 'node:fs'
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
