import type { Terminal } from './terminal.js'

/** What long work is at, on one line that is written over; nothing where no person watches. */
export class ProgressLine {
  readonly #terminal: Terminal | undefined
  readonly #signal: AbortSignal
  #shown = false

  constructor(terminal: Terminal | undefined, signal: AbortSignal) {
    this.#terminal = terminal?.live === true ? terminal : undefined
    this.#signal = signal
  }

  /** Says what comes next, and lets an interruption through. Throws the signal’s reason once it is aborted. */
  async say(text: string): Promise<void> {
    // Work without a pause would not hear of Ctrl+C, nor would the line be drawn.
    await new Promise(resolve => setImmediate(resolve))
    this.#signal.throwIfAborted()
    const terminal = this.#terminal
    if (terminal === undefined) return
    const fitted = text.slice(0, terminal.columns - 6)
    terminal.output.write(`${this.#shown ? erase : ''}  ${terminal.colours.dim(`… ${fitted}`)}`)
    this.#shown = true
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown) this.#terminal?.output.write(erase)
    this.#shown = false
  }
}

const erase = '\r\x1b[2K'
