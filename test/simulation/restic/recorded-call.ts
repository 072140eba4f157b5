import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandLine } from './command-line.js'
import { digest, type ModelLock, type ModelRepository } from './model-repository.js'
import { filled, type Json, messageOf, type Recording } from './recording.js'
import type { ResticEnd, ResticRun } from './restic-program.js'

/** How restic ends, with what it says at its end. Thrown wherever a command cannot go on. */
export class ResticStop extends Error {
  readonly end: ResticEnd
  readonly stderr: string

  constructor(end: ResticEnd, stderr: string) {
    super(stderr)
    this.end = end
    this.stderr = stderr
  }
}

export type Duration = (command: string, bytes: number) => number

export interface CallParts {
  readonly run: ResticRun
  readonly line: CommandLine
  readonly folder: string
  readonly recordings: ReadonlyMap<string, Recording>
  readonly duration: Duration
  /** Locks whose holders still run. */
  readonly held: Set<string>
}

const staleAfter = 30 * 60_000
const lockPause = 5000

/** One run of the recorded restic: what all its commands share. */
export class RecordedCall {
  readonly run: ResticRun
  readonly line: CommandLine
  readonly folder: string
  readonly #parts: CallParts

  constructor(parts: CallParts) {
    this.run = parts.run
    this.line = parts.line
    this.folder = parts.folder
    this.#parts = parts
  }

  /** What restic said in a situation. Throws for one that was not recorded. */
  recording(situation: string): Recording {
    const found = this.#parts.recordings.get(situation)
    if (found === undefined) throw new Error(`no recording of restic in situation '${situation}'`)
    return found
  }

  /** The end of a situation, its last words adapted. */
  stop(situation: string, words: (recorded: string) => string = text => text): ResticStop {
    const { code, stderr } = this.recording(situation)
    const last = messageOf(stderr, 'exit_error')
    const said = filled(last, { message: words(String(last['message'])) })
    return new ResticStop({ code, signal: null }, `${JSON.stringify(said)}\n`)
  }

  say(json: Json): void {
    this.run.stdout(`${JSON.stringify(json)}\n`)
  }

  /** RFC 3339 with nanoseconds, as restic writes times. */
  now(): string {
    return this.run.clock.date().toISOString().replace('Z', '000000Z')
  }

  /** Works for as long as this command would take; throws when it is told to stop meanwhile. */
  async work(bytes = 0): Promise<void> {
    await this.#pause(this.#parts.duration(this.line.command, bytes))
  }

  /** Leaves the sign that restic has opened this repository in its cache, where the agent looks for it. */
  noteInCache(repository: ModelRepository): void {
    const cache = this.run.env['RESTIC_CACHE_DIR']
    if (cache === undefined || this.line.has('no-cache')) return
    mkdirSync(join(this.run.view.outside(cache), repository.content.id), { recursive: true })
  }

  /** Works under a lock. A killed run leaves its lock behind. */
  async locked<T>(repository: ModelRepository, exclusive: boolean, body: () => Promise<T>): Promise<T> {
    const { held } = this.#parts
    const lock = await this.#take(repository, exclusive)
    held.add(lock.id)
    try {
      return await body()
    } finally {
      held.delete(lock.id)
      if (!this.run.kill.aborted)
        repository.change(({ locks }) => ({ locks: locks.filter(each => each.id !== lock.id) }))
    }
  }

  /** Nobody refreshes it any more: it is half an hour old, or its holder on this host is gone. */
  isStale(lock: ModelLock): boolean {
    if (this.#parts.held.has(lock.id)) return false
    return lock.host === this.run.spec.hostname || this.run.clock.date().getTime() - lock.time > staleAfter
  }

  async #take(repository: ModelRepository, exclusive: boolean): Promise<ModelLock> {
    const patience = milliseconds(this.line.value('retry-lock') ?? '0s')
    const began = this.run.clock.now()
    for (;;) {
      const time = this.run.clock.date().getTime()
      const host = this.run.spec.hostname
      const lock = { id: digest('lock', time, host, this.line.command), exclusive, time, host }
      let other: ModelLock | undefined
      repository.change(({ locks }) => {
        other = locks.find(each => exclusive || each.exclusive)
        return other === undefined ? { locks: [...locks, lock] } : {}
      })
      if (other === undefined) return lock
      if (this.run.clock.now() - began >= patience) throw this.#lockedBy(other)
      await this.#pause(Math.min(lockPause, patience))
    }
  }

  #lockedBy({ id, exclusive, time, host }: ModelLock): ResticStop {
    const at = new Date(time).toISOString().slice(0, 19).replace('T', ' ')
    const ago = (this.run.clock.date().getTime() - time) / 1000
    return this.stop('locked', words =>
      words
        .replace(/ exclusively by PID \d+ on \S+/, `${exclusive ? ' exclusively' : ''} by PID 1 on ${host}`)
        .replace(/created at [\d: -]+ \(\S+ ago\)/, `created at ${at} (${ago}s ago)`)
        .replace(/storage ID [0-9a-f]+/, `storage ID ${id.slice(0, 8)}`),
    )
  }

  #pause(ms: number): Promise<void> {
    const { clock, terminate, kill } = this.run
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => () => {
        cancel()
        terminate.removeEventListener('abort', onTerminate)
        kill.removeEventListener('abort', onKill)
        settle()
      }
      const onTerminate = end(() => reject(this.stop('terminated')))
      const onKill = end(() => reject(new ResticStop({ code: null, signal: 'SIGKILL' }, '')))
      const cancel = clock.after(ms, end(resolve))
      terminate.addEventListener('abort', onTerminate)
      kill.addEventListener('abort', onKill)
      if (kill.aborted) onKill()
      else if (terminate.aborted) onTerminate()
    })
  }
}

/** A Go duration of one unit. */
function milliseconds(text: string): number {
  const [, amount = '0', unit = 's'] = /^(\d+)([smh])$/.exec(text) ?? []
  return Number(amount) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h']
}
