import type { AgentHost, Program, ProgramEnd } from '../../runtime/agent/host.js'
import { type Clock, systemClock } from '../../runtime/kube/clock.js'

/** What one restic process said before it ended. */
export interface Said {
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  readonly code: number | null
  readonly signal?: string
  /** It says this and does not end by itself: with `deaf` not even on SIGTERM. */
  readonly hangs?: 'heeding' | 'deaf'
  /** How often `stdout` is said, for output that no test should hold in one piece. */
  readonly times?: number
}

/** A call by its command (`cat config`, `backup`) and its number among those of the same command in one flow. */
export interface Call {
  readonly key: string
  readonly args: readonly string[]
}

export type Restic = (call: Call) => Said | Promise<Said>

export const commandOf = (args: readonly string[]): string => (args[0] === 'cat' ? 'cat config' : (args[0] ?? ''))

/** Numbers calls within a flow. */
export class CallCounter {
  readonly calls: Call[] = []

  next(args: readonly string[]): Call {
    const command = commandOf(args)
    const number = this.calls.filter(call => commandOf(call.args) === command).length + 1
    const call = { key: `${command} #${number}`, args }
    this.calls.push(call)
    return call
  }
}

export interface LabHost {
  readonly messageFile: string
  readonly stop?: AbortSignal
  /** Default: the machine’s. */
  readonly clock?: Clock
  readonly log?: (line: string) => void
  readonly http?: AgentHost['http']
}

/** A machine for the agent on which `run` stands for every program. */
export function labHost({ messageFile, stop, clock = systemClock, log, http }: LabHost, run: AgentHost['runProgram']) {
  const signal = stop ?? new AbortController().signal
  const noNetwork = () => Promise.reject(new Error('connection refused'))
  const host: AgentHost = {
    env: { PATH: process.env['PATH'], HOLDFAST_TERMINATION_LOG: messageFile },
    clock,
    random: () => 0.5,
    log: log ?? (() => {}),
    error: log ?? (() => {}),
    stopSignal: () => ({
      signal,
      get asked() {
        return signal.aborted
      },
    }),
    runProgram: run,
    http: http ?? noNetwork,
    connect: noNetwork,
  }
  return host
}

/** Says what a restic said, to a program’s listeners. */
export async function say(said: Said, program: Program): Promise<ProgramEnd> {
  if (program.terminate.aborted) return { code: null, signal: 'SIGTERM' }
  for (let time = 0; time < (said.times ?? 1); time++) if (said.stdout.length > 0) program.onStdout(said.stdout)
  if (said.stderr.length > 0) program.onStderr(said.stderr)
  if (said.hangs === undefined) return { code: said.code, signal: said.signal ?? null }
  const [until, name] = said.hangs === 'deaf' ? [program.kill, 'SIGKILL'] : [program.terminate, 'SIGTERM']
  await new Promise<void>(resolve => {
    if (until?.aborted === true) resolve()
    until?.addEventListener('abort', () => resolve(), { once: true })
  })
  return { code: null, signal: name ?? null }
}

/** A clock on which a second takes a millisecond. */
export const hastyClock: Clock = {
  now: () => systemClock.now() * 1000,
  date: () => systemClock.date(),
  after: (ms, callback) => systemClock.after(ms / 1000, callback),
}
