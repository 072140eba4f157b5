import { JsonLines, type OutputLine } from '../../lib/restic/json-lines.js'
import type { Clock } from '../kube/clock.js'
import type { AgentHost, ProgramEnd } from './host.js'

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

/**
 * Runs restic in a process group of its own, so that a stop reaches what it starts too, and never through a shell.
 * restic ≥ 0.17 removes its lock on SIGTERM.
 */
export async function runProcess(
  { runProgram, clock }: Pick<AgentHost, 'runProgram' | 'clock'>,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProgramEnd> {
  const [command = 'restic', ...before] = [...options.wrapper, 'restic']
  const grace = graceAfter(options, clock)
  const [stdout, stderr] = [new LineReader(options.onStdout), new LineReader(options.onStderr, longestWarning)]
  const end = await runProgram({
    command,
    args: [...before, ...args],
    env: options.env,
    cwd: '/',
    ownGroup: true,
    onStdout: chunk => stdout.take(chunk),
    onStderr: chunk => stderr.take(chunk),
    terminate: options.signal,
    kill: grace.over,
  }).finally(grace.lift)
  stdout.end()
  stderr.end()
  return end
}

// An error names a path, of 4096 bytes at most.
const longestWarning = 64 * 2 ** 10

class LineReader {
  readonly #lines: JsonLines
  readonly #take: (line: OutputLine) => void

  constructor(take: (line: OutputLine) => void, longest?: number) {
    this.#lines = new JsonLines(longest)
    this.#take = take
  }

  take(chunk: Uint8Array): void {
    for (const line of this.#lines.push(chunk)) this.#take(line)
  }

  end(): void {
    for (const line of this.#lines.end()) this.#take(line)
  }
}

/** Aborts `over` when restic has had its time to end after it was asked to. */
function graceAfter({ signal, graceSeconds }: ProcessOptions, clock: Clock): { over: AbortSignal; lift: () => void } {
  const over = new AbortController()
  let cancel = () => {}
  const begin = () => {
    cancel = clock.after(graceSeconds * 1000, () => over.abort())
  }
  signal.addEventListener('abort', begin, { once: true })
  const lift = () => {
    signal.removeEventListener('abort', begin)
    cancel()
  }
  return { over: over.signal, lift }
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
