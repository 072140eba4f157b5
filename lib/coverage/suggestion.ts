import { nearestWord } from '../nearest-word.js'

/** Comparisons of words that all suggestions of one check may cost together: about half a second. */
const budget = 5000

/** Says what was likely meant by a name, for as long as that costs little: it is a courtesy, not part of the proof. */
export class Suggestions {
  #left = budget

  nearest<T>(word: string, candidates: readonly T[], nameOf: (candidate: T) => string): T | undefined {
    if (candidates.length > this.#left) return undefined
    this.#left -= candidates.length
    const name = nearestWord(word, candidates.map(nameOf))
    return candidates.find(candidate => nameOf(candidate) === name)
  }
}
