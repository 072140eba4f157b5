import { clipped } from './clipped.js'
import { isOver, type Step, type StepState } from './step.js'
import type { Terminal } from './terminal.js'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameEvery = 80

/** Draws the steps of one timeline: over and over on a terminal, each once when it is over elsewhere. */
export class Board {
  readonly #terminal: Terminal
  readonly #began = performance.now()
  /** When each step was first seen over, in milliseconds since the board began. */
  readonly #ends = new Map<string, number>()
  readonly #timer: NodeJS.Timeout | undefined
  #steps: readonly Step[] = []
  #drawn = 0
  #frame = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    this.#timer = terminal.live ? setInterval(() => this.#tick(), frameEvery) : undefined
    this.#timer?.unref()
  }

  show(steps: readonly Step[]): void {
    const now = performance.now() - this.#began
    const ended = steps.filter(step => isOver(step) && !this.#ends.has(step.key))
    for (const step of ended) this.#ends.set(step.key, now)
    this.#steps = steps
    if (this.#terminal.live) this.#draw()
    else for (const step of ended) this.#terminal.line(this.#text(step))
  }

  /** The last drawing stays; lines are no longer cut at the terminal’s width. */
  end(): void {
    clearInterval(this.#timer)
    if (!this.#terminal.live) return
    this.#terminal.output.write(this.#erasure() + this.#lines(this.#steps))
    this.#drawn = 0
  }

  #tick(): void {
    this.#frame += 1
    this.#draw()
  }

  // One write, so that no half-drawn timeline is ever seen.
  #draw(): void {
    const room = this.#terminal.columns - 14
    this.#terminal.output.write(this.#erasure() + this.#lines(this.#steps.map(step => fitted(step, room))))
    this.#drawn = this.#steps.length
  }

  #erasure(): string {
    return this.#drawn > 0 ? `\x1b[${this.#drawn}A\x1b[J` : ''
  }

  #lines(steps: readonly Step[]): string {
    return steps.map(step => `${this.#text(step)}\n`).join('')
  }

  #text(step: Step): string {
    const { dim } = this.#terminal.colours
    const end = this.#ends.get(step.key)
    const time = end === undefined ? '      ' : `${(end / 1000).toFixed(1).padStart(4)} s`
    const words = step.state === 'waiting' ? dim(step.text) : step.text
    return `  ${this.#sign(step.state)} ${dim(time)}  ${words}${step.detail === undefined ? '' : `  ${dim(step.detail)}`}`
  }

  #sign(state: StepState): string {
    const { green, red, yellow, cyan, dim } = this.#terminal.colours
    if (state === 'running') return cyan(frames[this.#frame % frames.length] ?? '')
    return { done: green('✔'), failed: red('✘'), skipped: yellow('–'), waiting: dim('·') }[state]
  }
}

/** A step that fits into one line: wrapped lines could not be written over. */
function fitted(step: Step, room: number): Step {
  const text = clipped(step.text, room)
  const left = room - text.length - 2
  if (step.detail === undefined || left < 4) return { key: step.key, state: step.state, text }
  return { ...step, text, detail: clipped(step.detail, left) }
}
