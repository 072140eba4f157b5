import type { Clock } from '../../runtime/kube/clock.js'

/** The clock of one simulated process: its timers die with it, and its wall time may be wrong. */
export class ProcessClock implements Clock {
  /** Added to the wall time, in milliseconds; the monotonic time is not touched. */
  skewMs = 0
  readonly #base: Clock
  readonly #timers = new Set<() => void>()
  #killed = false

  constructor(base: Clock) {
    this.#base = base
  }

  now(): number {
    return this.#base.now()
  }

  date(): Date {
    return new Date(this.#base.date().getTime() + this.skewMs)
  }

  after(ms: number, callback: () => void): () => void {
    if (this.#killed) return () => {}
    const cancelBase = this.#base.after(ms, () => {
      this.#timers.delete(cancel)
      callback()
    })
    const cancel = () => {
      this.#timers.delete(cancel)
      cancelBase()
    }
    this.#timers.add(cancel)
    return cancel
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#timers.size
  }

  /** The process is dead: no timer of it fires any more. */
  kill(): void {
    this.#killed = true
    for (const cancel of [...this.#timers]) cancel()
  }
}
