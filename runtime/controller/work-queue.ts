import { backoffDelay } from '../kube/backoff.js'
import type { Clock } from '../kube/clock.js'
import { systemClock } from '../kube/clock.js'

/** Times and reports of a queue. */
export interface WorkQueueOptions {
  /** First pause after a failure of a key, in milliseconds; doubled each time. Default 500. */
  readonly firstRetryMs?: number
  /** Longest pause, in milliseconds. Default 300 000. */
  readonly longestRetryMs?: number
  /** Told when a worker fails; the key is retried by itself. Default: console.error. */
  readonly onError?: (key: string, error: unknown) => void
  readonly clock?: Clock
  readonly random?: () => number
}

interface Waiting {
  readonly at: number
  readonly cancel: () => void
}

/**
 * Keys to reconcile, with the guarantees of client-go's workqueue: a key waits at most once, two workers never have
 * the same key, and a key added while it is worked on comes again afterwards. Retry pauses live in memory only, so a
 * restarted controller tries everything at once.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions
  readonly #clock: Clock
  /** Keys that want work, in order; a key being worked on waits here too. */
  readonly #dirty = new Set<string>()
  readonly #processing = new Set<string>()
  readonly #waiting = new Map<string, Waiting>()
  readonly #failures = new Map<string, number>()
  #concurrency = 0
  #worker: ((key: string) => Promise<void>) | undefined
  #stopped = false
  #idle: (() => void) | undefined

  constructor(options: WorkQueueOptions = {}) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  /** Keys that want work now; neither those being worked on nor those waiting for their time. */
  get depth(): number {
    return this.#dirty.size
  }

  /** Keys being worked on. */
  get active(): number {
    return this.#processing.size
  }

  /** Adds a key that wants work now. */
  add(key: string): void {
    if (this.#stopped) return
    this.#dirty.add(key)
    this.#dispatch()
  }

  /** Adds a key after a delay in milliseconds; of several delays for a key the earliest counts. */
  addAfter(key: string, ms: number): void {
    if (this.#stopped) return
    if (ms <= 0) {
      this.add(key)
      return
    }
    const at = this.#clock.now() + ms
    const waiting = this.#waiting.get(key)
    if (waiting && waiting.at <= at) return
    waiting?.cancel()
    const cancel = this.#clock.after(ms, () => {
      this.#waiting.delete(key)
      this.add(key)
    })
    this.#waiting.set(key, { at, cancel })
  }

  /** Adds a key after a pause that doubles with each call, until {@link forget}. */
  addRateLimited(key: string): void {
    const failures = (this.#failures.get(key) ?? 0) + 1
    this.#failures.set(key, failures)
    const { firstRetryMs = 500, longestRetryMs = 300_000, random = Math.random } = this.#options
    this.addAfter(key, backoffDelay({ firstMs: firstRetryMs, longestMs: longestRetryMs }, failures, random))
  }

  /** Ends the series of failures of a key; its next retry pause is the first again. */
  forget(key: string): void {
    this.#failures.delete(key)
  }

  /**
   * Works on the keys until the signal aborts; then takes no new one, and resolves when those under way are done.
   * A key whose worker throws is added rate-limited; one whose worker succeeds is forgotten.
   */
  async run(concurrency: number, worker: (key: string) => Promise<void>, signal: AbortSignal): Promise<void> {
    if (this.#worker) throw new Error('The work queue is running already.')
    this.#worker = worker
    this.#concurrency = concurrency
    this.#dispatch()
    await new Promise<void>(resolve => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
    await this.#drain()
  }

  async #drain(): Promise<void> {
    this.#stopped = true
    for (const { cancel } of this.#waiting.values()) cancel()
    this.#waiting.clear()
    this.#dirty.clear()
    if (this.#processing.size === 0) return
    await new Promise<void>(resolve => {
      this.#idle = resolve
    })
  }

  #dispatch(): void {
    for (const key of this.#dirty) {
      if (!this.#worker || this.#stopped || this.#processing.size >= this.#concurrency) return
      if (this.#processing.has(key)) continue
      this.#dirty.delete(key)
      this.#processing.add(key)
      void this.#work(key, this.#worker)
    }
  }

  async #work(key: string, worker: (key: string) => Promise<void>): Promise<void> {
    const failures = this.#failures.get(key)
    try {
      // The one who adds a key must not find its work run inside its own call.
      await Promise.resolve()
      await worker(key)
      // A worker that asked for a retry itself has not succeeded, although it did not throw.
      if (this.#failures.get(key) === failures) this.forget(key)
    } catch (error) {
      this.#report(key, error)
      this.addRateLimited(key)
    } finally {
      this.#processing.delete(key)
      this.#dispatch()
      if (this.#stopped && this.#processing.size === 0) this.#idle?.()
    }
  }

  #report(key: string, error: unknown): void {
    if (this.#options.onError) this.#options.onError(key, error)
    else console.error(`Work on ${key} failed:`, error)
  }
}
