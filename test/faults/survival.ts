import { expect } from '@jest/globals'
import { explore } from './exploration.js'
import { type Figures, recordFigures } from './figures.js'
import { seedOf } from './seeded.js'
import type { Trial } from './trial.js'

/** Counts of a family of faults, flow by flow, for the page on reliability. */
export class Survival {
  /** What the trials of the family are chosen with. */
  readonly seed: number
  readonly #suite: string
  readonly #counts: Record<string, number> = { flows: 0, trials: 0, survived: 0 }

  /** `seed` is what the trials were chosen with; it is said at once, and with every failure. */
  constructor(suite: string, seed: number) {
    this.#suite = suite
    this.seed = seedOf(seed)
    process.stderr.write(`${suite}: seed ${this.seed} (HOLDFAST_FAULTS_SEED sets it)\n`)
  }

  /** Runs trials of one flow and expects that every one is survived, and that nearly every fault came to pass. */
  async expectAll(flow: string, trials: readonly Trial[]): Promise<void> {
    const tally = await explore(trials)
    this.#count('flows', 1)
    this.#count('trials', tally.trials)
    this.#count('survived', tally.survived)
    this.#counts[`${flow} trials`] = tally.trials
    this.#counts[`${flow} survived`] = tally.survived
    recordFigures(this.#suite, this.#counts as Figures)
    expect(tally.failures.map(each => `seed ${this.seed}: ${each}`)).toEqual([])
    // A second crash can make the point of a planned one unnecessary; a plan that mostly misses tries nothing.
    expect(tally.unmet).toBeLessThanOrEqual(tally.trials / 4)
  }

  #count(name: string, by: number): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + by
  }
}
