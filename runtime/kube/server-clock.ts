import type { Clock } from './clock.js'

/** Further apart than this, in milliseconds, are no clocks that anybody keeps. */
const kept = 5_000
/** A Date header knows no fractions of a second: on average half of one has passed. */
const untold = 500

/**
 * Wall time as the API server has it: from the Date headers of its answers, and carried on by the monotonic clock.
 * Deadlines and ages are counted from times that the API server wrote, so a wall clock of this machine that is wrong, or
 * jumps, must not come into it. Until the first answer it shows the wall time of the process.
 */
export class ServerClock implements Clock {
  readonly #own: Clock
  /** Wall time at the zero of the monotonic clock. */
  #zero: number

  constructor(own: Clock) {
    this.#own = own
    this.#zero = own.date().getTime() - own.now()
  }

  /** Hears of an answer that arrives now, `tookMs` after its request, and was dated `at` by the server. */
  readonly heard = (at: number, tookMs: number): void => {
    const shown = this.#zero + this.#own.now()
    const told = at + untold
    // The server dated it at some time between request and answer.
    if (told > shown + kept) this.#zero += told - shown
    else if (told < shown - tookMs - kept) this.#zero += told - shown
  }

  now(): number {
    return this.#own.now()
  }

  date(): Date {
    return new Date(this.#zero + this.#own.now())
  }

  after(ms: number, callback: () => void): () => void {
    return this.#own.after(ms, callback)
  }
}
