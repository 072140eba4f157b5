export interface PathPair {
  readonly from: string
  readonly to: string
}

/** Replaces each `from` that stands in `text` as a path or the beginning of one; the longest wins. One pass. */
export function rewritePaths(text: string, pairs: readonly PathPair[]): string {
  if (pairs.length === 0) return text
  const targets = new Map(pairs.map(({ from, to }) => [from, to]))
  const longestFirst = [...targets.keys()].sort((a, b) => b.length - a.length).map(literal)
  const pattern = new RegExp(`(?<![A-Za-z0-9_./-])(?:${longestFirst.join('|')})(?![A-Za-z0-9_.-])`, 'g')
  return text.replace(pattern, found => targets.get(found) ?? found)
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
