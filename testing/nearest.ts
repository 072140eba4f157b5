import { editDistance } from '../lib/nearest-word.js'

/** The candidate with the fewest letters to change, however many; undefined when there is none at all. */
export function nearest(word: string, candidates: readonly string[]): { word: string; distance: number } | undefined {
  let best: { word: string; distance: number } | undefined
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate)
    if (best === undefined || distance < best.distance) best = { word: candidate, distance }
  }
  return best
}

/** `the nearest claim is shop/orders-data (2 letters differ)`. */
export function suggestion(word: string, candidates: readonly string[], noun: string): string {
  const found = nearest(word, candidates)
  if (found === undefined) return `there is no ${noun} at all`
  const letters = found.distance === 1 ? '1 letter differs' : `${found.distance} letters differ`
  return `the nearest ${noun} is ${found.word} (${letters})`
}
