import { describe, jest, test } from '@jest/globals'
import { everything } from './exploration.js'
import { covering, crashPairs, crashSingles } from './families.js'
import { flowNames } from './flow-list.js'
import { killsIn } from './oracles/allowance.js'
import type { Plan } from './plan.js'
import { shuffled } from './seeded.js'
import { Survival } from './survival.js'
import { baseline, type Trial } from './trial.js'

jest.setTimeout(36_000_000)

const survival = new Survival('crash-pairs', 3)

/** The points of a second crash are those of the course with the first: recovery has points of its own. */
async function pairsAfter(flow: string, plan: Plan, most: number): Promise<Trial[]> {
  const [first] = plan.faults
  if (first === undefined) return []
  const { points } = await baseline(flow, 'recorded', plan)
  const pairs = crashPairs(first, points)
  // After a kill the flow may rightly end otherwise than undisturbed: a crash must then not change that end.
  const like = killsIn(plan).length > 0 ? { like: plan } : {}
  const chosen = everything ? pairs : covering(pairs, 1, survival.seed).slice(0, most)
  return chosen.map(pair => ({ flow, restic: 'recorded', plan: pair, ...like }))
}

describe('whoever dies at any two points of a flow, the flow ends as if nothing had happened', () => {
  test.each(flowNames)('%s', async flow => {
    const { points } = await baseline(flow, 'recorded')
    const firsts = crashSingles(points)
    const trials: Trial[] = []
    for (const plan of everything ? firsts : shuffled(firsts, survival.seed).slice(0, 3))
      trials.push(...(await pairsAfter(flow, plan, 5)))
    await survival.expectAll(flow, trials)
  })
})
