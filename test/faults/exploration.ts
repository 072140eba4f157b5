import type { Plan } from './plan.js'
import { shuffled } from './seeded.js'
import { type Finding, replayOf, type Trial, tryOut } from './trial.js'

/** What an exploration found out. */
export interface Tally {
  readonly trials: number
  readonly survived: number
  /** Trials whose faults never came to pass: nothing was tried in them. */
  readonly unmet: number
  /** The first problems of each trial that was not survived, with the command that runs it again. */
  readonly failures: readonly string[]
}

/** Problems that are shown of one trial. */
const shown = 4

/** Runs trials one after the other. */
export async function explore(trials: readonly Trial[], heard: (finding: Finding) => void = () => {}): Promise<Tally> {
  const failures: string[] = []
  let unmet = 0
  for (const trial of trials) {
    const finding = await tryOut(trial)
    heard(finding)
    if (finding.unmet.length > 0) unmet += 1
    if (finding.problems.length > 0)
      failures.push([replayOf(trial), ...finding.problems.slice(0, shown)].join('\n    '))
  }
  return { trials: trials.length, survived: trials.length - failures.length, unmet, failures }
}

/** Whether everything is to be explored, and not a representative part: `HOLDFAST_FAULTS=all`. */
export const everything = process.env['HOLDFAST_FAULTS'] === 'all'

/** That many of the plans, chosen by the seed; all of them when everything is to be explored. */
export const some = (plans: readonly Plan[], count: number, seed: number): readonly Plan[] =>
  everything ? plans : shuffled(plans, seed).slice(0, count)
