import type { SourcePosition } from '../../lib/problem.js'

/** Turns offsets of a text into `file:line:column`; offsets have to be asked for in ascending order to be fast. */
export class Positions {
  readonly #file: string
  readonly #text: string
  #offset = 0
  #line = 1
  #lineStart = 0

  constructor(file: string, text: string) {
    this.#file = file
    this.#text = text
  }

  at(offset: number): SourcePosition {
    if (offset < this.#offset) {
      this.#line = 1
      this.#lineStart = 0
    }
    let end = this.#text.indexOf('\n', this.#lineStart)
    while (end !== -1 && end < offset) {
      this.#line += 1
      this.#lineStart = end + 1
      end = this.#text.indexOf('\n', this.#lineStart)
    }
    this.#offset = offset
    return `${this.#file}:${this.#line}:${offset - this.#lineStart + 1}`
  }
}
