import type { Access } from '../../lib/restic/command.js'
import { catConfigCommand, takesLock } from '../../lib/restic/command.js'
import {
  type Exit,
  endedAbruptly,
  judgeExit,
  judgeWords,
  type OpeningRetry,
  openingRetry,
  type Verdict,
  wasKilled,
} from '../../lib/restic/exit-code.js'
import type { OutputLine } from '../../lib/restic/json-lines.js'
import { longestLine, parseDocument } from '../../lib/restic/json-lines.js'
import type { RepositoryConfig } from '../../lib/restic/messages.js'
import { exitError, type ItemError, itemError, progress, repositoryConfig } from '../../lib/restic/messages.js'
import { removeDeadLocks } from './dead-locks.js'
import type { ProgramEnd } from './host.js'
import type { Pod } from './pod.js'
import { progressLine, readableBytes } from './progress-log.js'
import { runProcess } from './restic-process.js'

/** A restic that knows its repository. */
export interface Restic {
  readonly access: Access
  readonly pod: Pod
  readonly variables: Readonly<Record<string, string>>
  readonly wrapper: readonly string[]
  /** Where restic keeps a folder per repository, named by its id; undefined when it runs without a cache. */
  readonly cacheDir: string | undefined
  /** How long a store may fail to answer before the first answer. */
  readonly openPatience: number
}

/** Everything that one run said. */
export interface Run {
  readonly verdict: Verdict
  /** restic’s own explanation, in one line; empty when it has none. */
  readonly words: string
  readonly messages: readonly Readonly<Record<string, unknown>>[]
  /** All of stdout, for commands that print one document. */
  readonly output: string
  readonly itemErrors: readonly ItemError[]
  /** The last lines of stderr that are no JSON. */
  readonly warnings: readonly string[]
}

export interface RunOptions {
  readonly signal?: AbortSignal
  readonly variables?: Readonly<Record<string, string>>
}

// Shorter than a pod’s termination grace period (60 s), so that the report can still be written.
const graceSeconds = 40
const namedInLog = 1000
const warningsKept = 200
// Lists of some 70 000 snapshots; whatever says more must not fill the memory that the report is written from.
const longestOutput = longestLine

/**
 * Runs one restic command to its end; never throws for what restic does. One that was killed leaves its lock, which
 * is removed at once: for everybody else it would hold for half an hour.
 */
export async function runRestic(restic: Restic, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const listener = new Listener(restic, args[0] ?? '')
  const signals = [
    restic.pod.stop.signal,
    listener.giveUp.signal,
    ...(options.signal === undefined ? [] : [options.signal]),
  ]
  const signal = AbortSignal.any(signals)
  const end = await runProcess(restic.pod.host, args, {
    env: { ...restic.variables, ...options.variables },
    signal,
    graceSeconds,
    wrapper: restic.wrapper,
    onStdout: line => listener.stdout(line),
    onStderr: line => listener.stderr(line),
  })
  if (endedAbruptly(end) && takesLock(args)) await removeDeadLocks(restic)
  return listener.run(end, signal.aborted)
}

class Listener {
  readonly giveUp = new AbortController()
  readonly #restic: Restic
  readonly #started: number
  readonly #messages: Readonly<Record<string, unknown>>[] = []
  readonly #output: string[] = []
  readonly #texts: string[] = []
  readonly #itemErrors = new Map<string, ItemError>()
  readonly #command: string
  #lastWords: string | undefined
  #retry: OpeningRetry | undefined
  #length = 0

  constructor(restic: Restic, command: string) {
    this.#restic = restic
    this.#command = command
    this.#started = restic.pod.host.clock.now()
  }

  stdout(line: OutputLine): void {
    const now = 'json' in line ? progress(line.json) : undefined
    if (now === undefined) this.#keep(line)
    else if (now.totalBytes > 0) this.#restic.pod.log(progressLine(now))
  }

  #keep(line: OutputLine): void {
    const text = 'text' in line ? line.text : line.raw
    this.#length += text.length + 1
    if (this.#length >= longestOutput) return
    this.#output.push(text)
    if ('json' in line) this.#messages.push(line.json)
  }

  stderr(line: OutputLine): void {
    if ('text' in line) {
      this.#text(line.text)
      return
    }
    const item = itemError(line.json)
    if (item !== undefined) this.#item(item)
    this.#lastWords = exitError(line.json) ?? this.#lastWords
  }

  #text(text: string): void {
    this.#restic.pod.log(`restic: ${text}`)
    if (this.#texts.push(text) > warningsKept) this.#texts.shift()
    const retry = openingRetry(text)
    if (retry === undefined) return
    this.#retry = retry
    const waited = (this.#restic.pod.host.clock.now() - this.#started) / 1000
    if (retry.hopeless || waited >= this.#restic.openPatience) this.giveUp.abort()
  }

  #item(error: ItemError): void {
    if (this.#itemErrors.has(error.item)) return
    this.#itemErrors.set(error.item, error)
    if (this.#itemErrors.size <= namedInLog) this.#restic.pod.log(`restic: ${error.item}: ${error.message}`)
  }

  run(end: ProgramEnd, wasTold: boolean): Run {
    return {
      ...this.#judge(end, wasTold),
      messages: this.#messages,
      output: this.#output.join('\n'),
      itemErrors: [...this.#itemErrors.values()],
      warnings: this.#texts,
    }
  }

  #judge(end: ProgramEnd, wasTold: boolean): { verdict: Verdict; words: string } {
    if (end.startError !== undefined) {
      const words = `restic could not be started (${end.startError}); the image of the step must have restic ≥ 0.17.1 in its PATH`
      return { verdict: { outcome: 'Failed', reason: 'ResticFailed' }, words }
    }
    if (this.giveUp.signal.aborted && this.#retry !== undefined && !this.#restic.pod.stop.asked) {
      return { verdict: { outcome: 'Failed', reason: this.#retry.reason }, words: this.#retry.cause }
    }
    const said = oneLine(this.#lastWords ?? this.#texts.at(-1) ?? '')
    const words = wasKilled(end) ? killedWords(this.#command, wasTold, said) : said || withoutWords(this.#command, end)
    if (end.code === 0 && this.#length >= longestOutput) {
      const flood = `restic ${this.#command} printed more than ${readableBytes(longestOutput)}: none of it is trusted`
      return { verdict: { outcome: 'Failed', reason: 'ResticFailed' }, words: flood }
    }
    return { verdict: this.#withCauses(end, words), words: this.#restic.pod.redact(words) }
  }

  // restic’s last words can be general where an earlier line names the cause.
  #withCauses(exit: Exit, words: string): Verdict {
    const verdict = judgeExit(exit, words, this.#command)
    if (verdict.outcome !== 'Failed' || verdict.reason !== 'ResticFailed') return verdict
    return judgeWords(this.#texts.slice(-20).join('\n'))
  }
}

const withoutWords = (command: string, { code, signal }: Exit) =>
  `restic ${command} ended with ${code === null ? `signal ${signal}` : `exit code ${code}`} and gave no reason; its log has all that it said`

function killedWords(command: string, wasTold: boolean, said: string): string {
  const why = wasTold
    ? `${graceSeconds} s after it was told to stop`
    : 'from outside, most likely because its container reached the memory limit'
  return `restic ${command} was killed by signal 9 (SIGKILL) ${why}${said === '' ? '' : `; its last words: ${said}`}`
}

const oneLine = (text: string) =>
  text
    .replace(/[\x00-\x1f\x7f\ufeff\ufffd]+/g, ' ')
    .replace(/^Fatal: /, '')
    .replace(/\s*Is there a repository at the following location\?[\s\S]*$/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 1000)

/** What `cat config` tells of the repository, or why it cannot be told. */
export async function readConfig(restic: Restic): Promise<{ config: RepositoryConfig } | { run: Run }> {
  const run = await runRestic(restic, catConfigCommand(restic.access))
  const config = run.verdict.outcome === 'Succeeded' ? repositoryConfig(parseDocument(run.output)) : undefined
  return config === undefined ? { run } : { config }
}
