import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/tools.mjs'

/** Counts of one suite by what they count, such as `points` or `survived`. */
export type Figures = Readonly<Record<string, number | string>>

/** Leaves a suite's counts for the page on reliability; a later run of the same suite replaces them. */
export function recordFigures(suite: string, figures: Figures): void {
  const folder = join(root, 'build/results/figures')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${suite}.json`), `${JSON.stringify(figures, undefined, 2)}\n`)
}
