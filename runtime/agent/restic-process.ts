import { type ChildProcess, spawn } from 'node:child_process'
import type { Exit } from '../../lib/restic/exit-code.js'
import { JsonLines, type OutputLine } from '../../lib/restic/json-lines.js'
import { messageOf } from './failure.js'

export interface ProcessOptions {
  readonly env: Readonly<Record<string, string>>
  /** Stops restic: SIGTERM at once, SIGKILL when it has not ended after `graceSeconds`. */
  readonly signal: AbortSignal
  readonly graceSeconds: number
  /** Program and arguments in front of restic’s own: nice, ionice. */
  readonly wrapper: readonly string[]
  readonly onStdout: (line: OutputLine) => void
  readonly onStderr: (line: OutputLine) => void
}

/** How restic ended; `startError` when it could not be started at all. */
export interface ProcessEnd extends Exit {
  readonly startError?: string
}

/**
 * Runs restic in a process group of its own, so that a stop reaches what it starts too, and never through a shell.
 * restic ≥ 0.17 removes its lock on SIGTERM.
 */
export function runProcess(args: readonly string[], options: ProcessOptions): Promise<ProcessEnd> {
  if (options.signal.aborted) return Promise.resolve({ code: null, signal: 'SIGTERM' })
  const [program = 'restic', ...before] = [...options.wrapper, 'restic']
  const child = spawn(program, [...before, ...args], {
    env: options.env,
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  readLines(child.stdout, options.onStdout)
  readLines(child.stderr, options.onStderr)
  return endOf(child, options)
}

function readLines(stream: NodeJS.ReadableStream, take: (line: OutputLine) => void): void {
  const lines = new JsonLines()
  stream.on('data', (chunk: Buffer) => {
    for (const line of lines.push(chunk)) take(line)
  })
  stream.on('end', () => {
    for (const line of lines.end()) take(line)
  })
}

function endOf(child: ChildProcess, { signal, graceSeconds }: ProcessOptions): Promise<ProcessEnd> {
  return new Promise(resolve => {
    let killer: NodeJS.Timeout | undefined
    const stop = () => {
      killGroup(child, 'SIGTERM')
      killer = setTimeout(() => killGroup(child, 'SIGKILL'), graceSeconds * 1000)
    }
    const done = (end: ProcessEnd) => {
      clearTimeout(killer)
      signal.removeEventListener('abort', stop)
      resolve(end)
    }
    signal.addEventListener('abort', stop, { once: true })
    child.once('error', error => done({ code: null, signal: null, startError: messageOf(error) }))
    child.once('close', (code, name) => done({ code, signal: name }))
  })
}

function killGroup(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return
  try {
    process.kill(-child.pid, name)
  } catch (error) {
    // The group ended between the look and the kill: that is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The words in front of restic that `runtimeSettings.container.nice` and `.ionice` ask for (Stash’s variables). */
export function niceWrapper(env: NodeJS.ProcessEnv): string[] {
  const value = (name: string) => (/^-?[0-9]{1,2}$/.test(env[name] ?? '') ? env[name] : undefined)
  const [nice, ioClass, ioLevel] = [value('NICE_ADJUSTMENT'), value('IONICE_CLASS'), value('IONICE_CLASS_DATA')]
  return [
    ...(nice === undefined ? [] : ['nice', `--adjustment=${nice}`]),
    ...(ioClass === undefined ? [] : ['ionice', `--class=${ioClass}`]),
    ...(ioClass === undefined || ioLevel === undefined ? [] : [`--classdata=${ioLevel}`]),
  ]
}
