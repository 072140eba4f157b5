import type { Clock } from '../../runtime/kube/clock.js'

interface Timer {
  readonly at: number
  readonly ms: number
  readonly callback: () => void
}

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  #now = 0
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#now
  }

  date(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.#now)
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), ms, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timers that have not fired. */
  get pending(): number {
    return this.#timers.size
  }

  /** Timers asked for with exactly this delay that have not fired. */
  waiting(ms: number): number {
    return [...this.#timers].filter(timer => timer.ms === ms).length
  }

  /** Moves time, firing timers in their order; what they start has run when the promise resolves, except I/O. */
  async advance(ms: number): Promise<void> {
    await settle()
    const end = this.#now + ms
    for (;;) {
      const [next] = [...this.#timers].filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)
      if (!next) break
      this.#timers.delete(next)
      this.#now = next.at
      next.callback()
      await settle()
    }
    this.#now = end
    await settle()
  }
}

async function settle(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
}
