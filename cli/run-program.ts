import { type Command, CommanderError } from 'commander'
import { ApiError, isConnectionError } from '../runtime/kube/api-error.js'
import { Terminal } from './display/terminal.js'
import { exitCodes, Interruption, UserError } from './user-error.js'

const stop = new AbortController()
const errors = new Terminal(process.stderr)

/** What the command line can do. */
export type Program = (terminal: Terminal, signal: AbortSignal) => Command

async function main(program: Program): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', readerLeft)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  try {
    await program(new Terminal(process.stdout), stop.signal).parseAsync(process.argv)
    return 0
  } catch (error) {
    return explain(error)
  }
}

// `holdfast crds | head` closes the pipe early, and a terminal can be closed; what runs still has to be ended.
function readerLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
  interrupt()
}

let askedAt = 0

// The first asks everything to end in order; whoever insists later is not kept waiting. A shell and npm may both pass
// on the same Ctrl-C, so a second one at once means nothing.
function interrupt(): void {
  if (stop.signal.aborted && performance.now() - askedAt > 1000) process.exit(exitCodes.interrupted)
  if (stop.signal.aborted) return
  askedAt = performance.now()
  stop.abort(new Interruption('interrupted'))
}

function explain(error: unknown): number {
  if (stop.signal.aborted) return complain('interrupted; everything that was started has ended', exitCodes.interrupted)
  // commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage
  if (error instanceof UserError) return complain(error.message, error.exitCode)
  if (error instanceof ApiError) return complain(error.message, exitCodes.failed)
  if (isConnectionError(error)) return complain(`the cluster does not answer: ${error.message}`, exitCodes.failed)
  return complain(error instanceof Error ? (error.stack ?? error.message) : String(error), exitCodes.failed)
}

function complain(message: string, code: number): number {
  errors.line(`${errors.colours.red('✘')} ${message}`)
  return code
}

/** Does what the process’s arguments ask for, and sets its exit code. */
export function runProgram(program: Program): void {
  main(program).then(
    code => {
      process.exitCode = code
    },
    (error: unknown) => {
      complain(String(error), exitCodes.failed)
      process.exitCode = exitCodes.failed
    },
  )
}
