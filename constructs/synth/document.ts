/** Characters that are gathered before they become bytes. */
const piece = 2 ** 16

/** A file of several YAML documents. Turns into bytes as it grows, so that the pieces of its texts do not stay. */
export class Document {
  readonly #bytes: Uint8Array[] = []
  #text = ''
  #empty = true

  add(text: string): void {
    this.#text += this.#empty ? text : `---\n${text}`
    this.#empty = false
    if (this.#text.length > piece) this.#turn()
  }

  bytes(): Uint8Array {
    this.#turn()
    const [only = new Uint8Array(), ...more] = this.#bytes
    return more.length === 0 ? only : Buffer.concat(this.#bytes)
  }

  #turn(): void {
    if (this.#text !== '') this.#bytes.push(Buffer.from(this.#text))
    this.#text = ''
  }
}
