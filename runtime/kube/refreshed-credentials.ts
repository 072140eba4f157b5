import type { Clock } from './clock.js'
import { systemClock } from './clock.js'
import type { Credentials } from './endpoint.js'

/** Tokens are re-read at this age, as client-go does: the kubelet rotates them long before they expire. */
const REFRESH_MS = 60_000
const RETRY_FAILED_READ_MS = 5_000

/**
 * Credentials that rotate on disk: read again every 60 s, and at once after a 401.
 * While reading fails, the old ones stay in use and a process warning is emitted; only a failing first read is thrown.
 */
export class RefreshedCredentials {
  readonly #read: (refused: boolean) => Promise<Credentials>
  readonly #clock: Clock
  #current: Credentials | undefined
  #staleAt = 0
  #reading: Promise<Credentials> | undefined

  constructor(read: (refused: boolean) => Promise<Credentials>, clock: Clock = systemClock) {
    this.#read = read
    this.#clock = clock
  }

  /** The credentials of this moment; concurrent callers share one reading. */
  async get(refused = false): Promise<Credentials> {
    if (this.#current && !refused && this.#clock.now() < this.#staleAt) return this.#current
    this.#reading ??= this.#refresh(refused).finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #refresh(refused: boolean): Promise<Credentials> {
    try {
      this.#current = await this.#read(refused)
      this.#staleAt = this.#clock.now() + REFRESH_MS
      return this.#current
    } catch (error) {
      if (!this.#current) throw error
      this.#staleAt = this.#clock.now() + RETRY_FAILED_READ_MS
      const why = error instanceof Error ? error.message : String(error)
      process.emitWarning(`Cluster credentials could not be read again, the old ones stay in use: ${why}`)
      return this.#current
    }
  }
}
