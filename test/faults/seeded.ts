import { seededRandom } from '../simulation/seeded-random.js'

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

/** The items in an order that the seed decides. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = seededRandom(seed)
  return items
    .map(item => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
