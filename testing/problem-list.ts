import { formatProblem, type Problem } from '../lib/problem.js'
import { firstOf, indented, type Verdict } from './verdict.js'

/** Holds when there is no problem; the message has them all, as `holdfast check` prints them. */
export function judgeProblems(problems: readonly Problem[], clean: string): Verdict {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  return {
    pass: problems.length === 0,
    failure: () => `${count}:\n${indented(firstOf(problems.map(formatProblem)))}`,
    contrary: () => clean,
  }
}
