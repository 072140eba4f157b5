import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/tools.mjs'
import { recordFigures } from '../faults/figures.js'

/** All cases take fifty times as many as the representative part. */
export const everything = process.env['HOLDFAST_FAULTS'] === 'all'
export const cases = (few: number): number => (everything ? few * 50 : few)

/** Parameters of a property: few cases by default. A failure prints the seed that repeats it. */
export const runs = (few: number) => ({ numRuns: cases(few), endOnFailure: true })

interface Part {
  readonly executions: number
  readonly targets: number
}
const folder = join(root, 'build/results/hostile')

/** Counts what one file of the suite executed; the suite’s figures are the sum over its files. */
export class Tally {
  readonly #part: string
  readonly #targets = new Set<string>()
  executions = 0

  constructor(part: string) {
    this.#part = part
  }

  count(target: string, executions = 1): void {
    this.#targets.add(target)
    this.executions += executions
  }

  leave(): void {
    mkdirSync(folder, { recursive: true })
    const own: Part = { executions: this.executions, targets: this.#targets.size }
    writeFileSync(join(folder, `${this.#part}.json`), JSON.stringify(own))
    const parts = readdirSync(folder).map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Part)
    const sum = (key: keyof Part) => parts.reduce((total, part) => total + part[key], 0)
    // A finding fails its test: a run whose tests pass has none left.
    recordFigures('hostile', { executions: sum('executions'), targets: sum('targets'), findings: 0 })
  }
}
