import type { Exit } from '../../sandbox/index.js'

/** The life of a simulated process: once it is dead, nothing that it waits for ever comes. */
export class ProcessLife {
  /** Fulfilled when the process is gone, with all that it started. */
  readonly exited: Promise<Exit>
  /** Aborted at its death. */
  readonly death: AbortSignal
  readonly #death = new AbortController()
  readonly #children = new Set<Promise<unknown>>()
  #resolve: (exit: Exit) => void = () => {}
  #waiting = 0
  #doomed = false

  constructor() {
    this.death = this.#death.signal
    this.exited = new Promise(resolve => {
      this.#resolve = resolve
    })
  }

  get dead(): boolean {
    return this.death.aborted
  }

  /** Waits for what happens outside of the process. */
  outside<T>(begin: () => Promise<T>): Promise<T> {
    if (this.#doomed) this.#die()
    if (this.dead) return new Promise(() => {})
    this.#waiting++
    return new Promise((resolve, reject) => {
      const alive = (settle: () => void) => () => {
        this.#waiting--
        if (!this.dead) settle()
      }
      begin().then(
        value => alive(() => resolve(value))(),
        error => alive(() => reject(error))(),
      )
    })
  }

  /** The same for a program that the process started: the process is not gone before it has ended. */
  child<T>(begin: () => Promise<T>): Promise<T> {
    return this.outside(() => {
      const running = begin()
      this.#children.add(running)
      const gone = () => void this.#children.delete(running)
      running.then(gone, gone)
      return running
    })
  }

  /**
   * SIGKILL. A process that is computing at this moment, not waiting, dies at its next wait: nobody could tell, for
   * nothing else happens in between.
   */
  kill(): void {
    if (this.#waiting > 0) this.#die()
    else this.#doomed = true
  }

  /** The process came to its own end. */
  end(code: number): void {
    if (this.dead) return
    this.#death.abort()
    this.#resolve({ code })
  }

  #die(): void {
    if (this.dead) return
    this.#death.abort()
    void Promise.allSettled([...this.#children]).then(() => this.#resolve({ code: 137, signal: 9 }))
  }
}
