import { isAbsolute, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SourcePosition } from '../lib/problem.js'

// A frame ends in `file:line:column`, in parentheses when the function has a name.
const frame = /(?:\(|at )((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*):(\d+):(\d+)\)?$/

/**
 * Remembers who called a constructor; the returned function tells where, as `file:line:column` relative to the
 * working directory, and undefined when the engine cannot say. Reading a stack is slow, so it waits until it is asked.
 */
export function rememberCaller(construct: abstract new (...args: never[]) => object): () => SourcePosition | undefined {
  const holder: { stack?: string } = {}
  // Leaves out every frame of the constructors themselves, also of a class that a user derived from ours.
  Error.captureStackTrace(holder, construct)
  return () => positionIn(holder.stack ?? '')
}

/** The first frame of a stack that is neither Node’s nor an installed package’s. */
export function positionIn(stack: string): SourcePosition | undefined {
  for (const line of stack.split('\n')) {
    const [, file, row, column] = frame.exec(line.trim()) ?? []
    if (file === undefined || /[\\/]node_modules[\\/]/.test(file)) continue
    return `${readable(file)}:${row}:${column}`
  }
  return undefined
}

function readable(file: string): string {
  const path = file.startsWith('file://') ? fileURLToPath(file) : file
  const near = relative(process.cwd(), path)
  return near.startsWith('..') || isAbsolute(near) ? path : near
}
