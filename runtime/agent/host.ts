import type { Exit } from '../../lib/restic/exit-code.js'
import type { Clock } from '../kube/clock.js'
import type { StopSignal } from './stop-signal.js'

/** Everything that the agent asks of the machine it runs on, but for files: a command has no other way out. */
export interface AgentHost {
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  /** A number from 0 up to 1, as Math.random gives it. */
  readonly random: () => number
  /** Writes one line to standard output. */
  readonly log: (line: string) => void
  /** Writes one line to standard error. */
  readonly error: (line: string) => void
  /** Begins to listen for the request to stop. */
  readonly stopSignal: () => StopSignal
  readonly runProgram: RunProgram
  readonly http: SendHttp
  /** Opens a TCP connection and closes it again; rejects when nobody answers. */
  readonly connect: (to: {
    readonly host: string
    readonly port: number
    readonly signal: AbortSignal
  }) => Promise<void>
}

/** A program to run, never through a shell. */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
  /** All of its environment. */
  readonly env: NodeJS.ProcessEnv
  /** By default the agent’s own folder. */
  readonly cwd?: string
  /** Makes a process group of it, so that signals reach what it starts too. */
  readonly ownGroup?: boolean
  readonly onStdout: (chunk: Uint8Array) => void
  readonly onStderr: (chunk: Uint8Array) => void
  /** Sends SIGTERM; a program is not started at all once this is aborted. */
  readonly terminate: AbortSignal
  /** Sends SIGKILL. */
  readonly kill?: AbortSignal
}

/** How a program ended; `startError` when it could not be started at all. */
export interface ProgramEnd extends Exit {
  readonly startError?: string
}

/** Runs a program to its end. Never rejects for what the program does. */
export type RunProgram = (program: Program) => Promise<ProgramEnd>

/** Where an HTTP request goes. */
export interface HttpAddress {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** Path and query. */
  readonly path: string
  /** `user:password`. */
  readonly auth?: string
}

export interface HttpRequest {
  readonly method: string
  readonly address: HttpAddress
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Certificates of the authority that is trusted, in place of the usual ones. */
  readonly ca?: string
  readonly signal: AbortSignal
  /** The answer is complete with its status: its body is dropped, and not waited for. */
  readonly statusOnly?: boolean
  /** Bytes of the answer’s body that are read at most: the rest is neither kept nor waited for. Default: all of it. */
  readonly longestBody?: number
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** Sends one request on a connection of its own. Rejects when there is no answer. */
export type SendHttp = (request: HttpRequest) => Promise<HttpAnswer>
