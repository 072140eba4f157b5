import { ageBands } from '../../lib/retention/age-bands.js'
import { type Churn, growthOf } from '../../lib/retention/growth.js'
import type { RetentionSimulation } from '../../lib/retention/simulate.js'
import type { Upkeep } from '../../lib/retention/upkeep.js'
import type { TimelineEntry } from './content.js'
import { rounded } from './dictionary.js'

const hour = 3_600_000
const day = 24 * hour

/** Days after the first backup for which storage is estimated. */
export const growthDays: readonly number[] = [0, 7, 14, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 365]

/** Days for which policies are replayed: two years, the reach of the pictures. */
export const replayedDays = 730

/** The first year of a replay, for growth and cost. */
export function firstYear(replay: RetentionSimulation): RetentionSimulation {
  const [first, last] = [replay.samples[0]?.at ?? 0, replay.samples.at(-1)?.at ?? 0]
  const samples = replay.samples.filter(({ at }) => at <= first + 365 * day)
  const share = last === first ? 1 : ((samples.at(-1)?.at ?? first) - first) / (last - first)
  return { ...replay, samples, runs: Math.round((replay.runs - 1) * share) + 1 }
}

/** A replay of two years as the page shows it: storage of the first, and what is kept at the end. */
export function timelineOf(replay: RetentionSimulation, churn: Churn, upkeep: Upkeep): TimelineEntry {
  const last = replay.states.at(-1)
  return {
    steps: stepsOf(replay.samples.at(-1)?.times ?? []),
    growth: growthFactors(firstYear(replay), churn, upkeep),
    ages: ageBands.map(({ name, from, to }) => {
      const gap = replay.worstGaps[name]
      return [from / day, to / day, last?.count[name] ?? 0, gap === undefined ? -1 : rounded(gap / hour, 2)]
    }),
  }
}

function growthFactors(year: RetentionSimulation, churn: Churn, upkeep: Upkeep): number[] {
  const points = growthOf(year, churn, upkeep)
  const begin = points[0]?.at.getTime() ?? 0
  return growthDays.map(each => {
    const until = begin + each * day
    const point = points.filter(({ at }) => at.getTime() <= until).at(-1)
    return rounded((point?.storedBytes ?? 0) / Math.max(1, churn.initialBytes), 4)
  })
}

/** Gaps in hours between neighbours, newest first, with how often each is repeated; the newest point has age 0. */
export function stepsOf(times: readonly number[]): number[] {
  const steps: number[] = []
  times.forEach((time, index) => {
    const gap = rounded(((times[index - 1] ?? time) - time) / hour, 2)
    const last = steps.length - 2
    if (steps[last] === gap) steps[last + 1] = (steps[last + 1] ?? 0) + 1
    else steps.push(gap, 1)
  })
  return steps
}
