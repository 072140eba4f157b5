/** Texts in the order in which they were first met; columns hold their indexes. */
export class Dictionary {
  readonly texts: string[] = []
  readonly #indexes = new Map<string, number>()

  /** The index of a text, which is added when it is new. */
  indexOf(text: string): number {
    const known = this.#indexes.get(text)
    if (known !== undefined) return known
    const index = this.texts.length
    this.#indexes.set(text, index)
    this.texts.push(text)
    return index
  }
}

/** A number with as many decimals as anybody reads; JSON of a fleet is half digits otherwise. */
export function rounded(value: number, decimals: number): number {
  const factor = 10 ** decimals
  return Math.round(value * factor) / factor
}
