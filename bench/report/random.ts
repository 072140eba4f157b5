export interface RandomChoice {
  /** A whole number from 0 up to, not including, a limit. */
  readonly below: (limit: number) => number
  readonly of: <T>(items: readonly T[]) => T
}

/** Choices that look random and are always the same for a seed (mulberry32). */
export function randomFrom(seed: number): RandomChoice {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
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
