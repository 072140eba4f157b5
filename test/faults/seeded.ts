const given = process.env['HOLDFAST_FAULTS_SEED']

/** The seed of all choices when `HOLDFAST_FAULTS_SEED` gives one. Throws RangeError for what is no whole number. */
export const givenSeed: number | undefined = given === undefined || given === '' ? undefined : wholeNumber(given)

/** The seed of a choice: the one that is given, or else its usual one. */
export const seedOf = (usual: number): number => givenSeed ?? usual

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text))
    throw new RangeError(`HOLDFAST_FAULTS_SEED is '${text}'; expected a whole number such as 8`)
  return Number(text)
}

/** Numbers from 0 to 1, without 1, that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The items in an order that the seed decides. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = seeded(seed)
  return items
    .map(item => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
