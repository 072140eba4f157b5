import type { Clock } from '../../runtime/kube/clock.js'
import type { SandboxClock } from '../../sandbox/index.js'
import { Quiet } from './quiet.js'
import { TimerHeap } from './timer-heap.js'

export interface RunOptions {
  /** Simulated milliseconds; an hour by default. */
  readonly withinMs?: number
  /** What is waited for, as the error says it. */
  readonly what?: string | (() => string)
}

const hour = 3_600_000

/**
 * Time that passes only when nothing else happens: from one timer straight to the next. It serves the controller,
 * the agents and the sandbox alike.
 */
export class VirtualClock implements Clock, SandboxClock {
  readonly #quiet = new Quiet()
  readonly #timers = new TimerHeap()
  #now: number

  /** `start` is in milliseconds since the epoch; midnight UTC, 1 January 2026 by default. */
  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start
  }

  /** Milliseconds since the epoch: monotonic too, for nobody sets this clock back. */
  now(): number {
    return this.#now
  }

  date(): Date {
    return new Date(this.#now)
  }

  after(ms: number, callback: () => void): () => void {
    const timer = this.#timers.add(this.#now + Math.max(0, ms), callback)
    return () => this.#timers.cancel(timer)
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#timers.size
  }

  /** Time stands still until the answer is called: for work that Node does not show as under way. */
  hold(): () => void {
    return this.#quiet.hold()
  }

  /** Waits, without time passing, until everything that can happen now has happened. */
  settle(): Promise<void> {
    return this.#quiet.settle()
  }

  /** Lets time pass until `predicate` holds; it is asked whenever everything has settled. Throws when it never does. */
  async runUntil(predicate: () => boolean | Promise<boolean>, options: RunOptions = {}): Promise<void> {
    const { withinMs = hour } = options
    const end = this.#now + withinMs
    for (;;) {
      await this.settle()
      if (await predicate()) return
      const next = this.#timers.next()
      if (next === undefined) throw new Error(`${describe(options)} cannot come true: nothing is left to happen`)
      if (next > end)
        throw new Error(`${describe(options)} did not come true within ${withinMs / 1000} simulated seconds`)
      this.#fire(next)
    }
  }

  /** Lets time pass until a promise is settled, and answers it. */
  async run<T>(promise: Promise<T>, options: RunOptions = {}): Promise<T> {
    let settled = false
    const done = () => {
      settled = true
    }
    promise.then(done, done)
    await this.runUntil(() => settled, { what: 'a promise', ...options })
    return promise
  }

  /** Lets this many milliseconds pass, with all that is to happen in them. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await this.settle()
    for (let next = this.#timers.next(); next !== undefined && next <= end; next = this.#timers.next()) {
      this.#fire(next)
      await this.settle()
    }
    this.#now = end
  }

  /** A leap: time is later at once, as after a suspended machine, and timers that were due meanwhile are late. */
  leap(ms: number): void {
    this.#now += ms
  }

  #fire(at: number): void {
    this.#now = Math.max(this.#now, at)
    for (const timer of this.#timers.take(at)) {
      if (timer.cancelled) continue
      this.#timers.fired(timer)
      timer.callback()
    }
  }
}

function describe({ what = 'the condition' }: RunOptions): string {
  return typeof what === 'string' ? what : what()
}
