import { randomInt, randomUUID } from 'node:crypto'

/** Numbers from 0 to 1, without 1. */
export type Random = () => number

const unpredictable: Random = () => randomInt(2 ** 47) / 2 ** 47

/** Names that Kubernetes makes up end in five characters of this alphabet, which spells no words. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** The uids and name suffixes of a cluster. */
export class Identifiers {
  private readonly given: Random | undefined

  /** The same `random` gives the same identifiers; unpredictable ones by default. */
  constructor(random?: Random) {
    this.given = random
  }

  /** A UUID of version 4. */
  uid(): string {
    const { given } = this
    if (given === undefined) return randomUUID()
    return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => Math.floor(given() * 16).toString(16))
  }

  suffix(): string {
    return Array.from({ length: 5 }, () => alphabet[Math.floor(this.between(0, alphabet.length))]).join('')
  }

  /** A number from `least` to `most`, without `most`. */
  between(least: number, most: number): number {
    return least + (this.given ?? unpredictable)() * (most - least)
  }
}
