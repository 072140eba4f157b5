import { seededRandom } from '../../test/simulation/seeded-random.js'

export interface RandomChoice {
  /** A whole number from 0 up to, not including, a limit. */
  readonly below: (limit: number) => number
  readonly of: <T>(items: readonly T[]) => T
}

/** Choices that look random and are always the same for a seed. */
export function randomFrom(seed: number): RandomChoice {
  const next = seededRandom(seed)
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    of: items => {
      const chosen = items[below(items.length)]
      if (chosen === undefined) throw new RangeError('there is nothing to choose from')
      return chosen
    },
  }
}
