/** What a matcher found: whether it holds, and what to say when the test wanted the opposite. */
export interface Verdict {
  readonly pass: boolean
  /** Shown when it should hold and does not: what was found, and what comes nearest. */
  readonly failure: () => string
  /** Shown when `.not` was asked for and it holds. */
  readonly contrary: () => string
}

/** As Jest and Vitest want it from a matcher. */
export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

export const resultOf = ({ pass, failure, contrary }: Verdict): MatcherResult => ({
  pass,
  message: pass ? contrary : failure,
})

/** Lines below a sentence, indented. */
export const indented = (lines: readonly string[]): string => lines.map(line => `  ${line}`).join('\n')

/** At most so many lines, and how many more there are. */
export function firstOf(lines: readonly string[], most = 20): string[] {
  return lines.length <= most ? [...lines] : [...lines.slice(0, most), `… and ${lines.length - most} more`]
}
