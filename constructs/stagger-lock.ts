import { readFileSync } from 'node:fs'
import { isAbsolute, posix } from 'node:path'
import type { Problem } from '../lib/problem.js'
import { parseLock, type ReadLock } from '../lib/stagger/lock.js'

/** A lock file as it was found. */
export interface LockFile {
  /** Relative to the working directory. */
  readonly path: string
  readonly text: string
  readonly read: ReadLock
}

/** Reads a lock file in the project’s directory; one that is not there is empty. What is wrong is among its problems. */
export function readLockFile(path: string): LockFile {
  if (isAbsolute(path) || posix.normalize(path).startsWith('..') || path === '') {
    const message = `'${path}' is no place for a lock file; expected a path inside the project’s directory`
    return { path, text: '', read: refused(path, message) }
  }
  try {
    const text = readFileSync(path, 'utf8')
    return { path, text, read: parseLock(text, path) }
  } catch (error) {
    // Under Jest, Node’s own errors are of another realm than this module’s Error.
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    if (code === 'ENOENT') return { path, text: '', read: parseLock('', path) }
    return { path, text: '', read: refused(path, `cannot be read: ${message}`) }
  }
}

function refused(path: string, message: string): ReadLock {
  const problem: Problem = { code: 'HF5204', object: path, path: '', message }
  return { ok: false, problems: [problem] }
}

const unwritten = new Set<string>()
let watching = false

/** Says at the end of the program, once, that a lock file does not hold the times that were assigned. */
export function warnUnlessWritten(path: string): void {
  unwritten.add(path)
  if (watching) return
  watching = true
  process.once('beforeExit', () => {
    watching = false
    if (unwritten.size === 0) return
    const names = [...unwritten].join(', ')
    unwritten.clear()
    const message = `${names} does not hold the times of this app’s policies; run 'holdfast synth', or call synthFleet(app), and commit it`
    process.emitWarning(message, { type: 'HoldfastWarning', code: 'HOLDFAST_LOCK' })
  })
}

/** Takes the warning back. */
export function forgetWarning(path: string): void {
  unwritten.delete(path)
}
