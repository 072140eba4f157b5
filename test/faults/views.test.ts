import { describe, jest, test } from '@jest/globals'
import { everything } from './exploration.js'
import { frozenWatches, leaders, watched, weathers } from './families.js'
import { flowNames } from './flow-list.js'
import type { Plan } from './plan.js'
import { shuffled } from './seeded.js'
import { Survival } from './survival.js'
import { baseline } from './trial.js'

jest.setTimeout(36_000_000)

const some = (plans: readonly Plan[], count: number, seed: number) =>
  everything ? plans : shuffled(plans, seed).slice(0, count)
const recorded = (flow: string) => (plan: Plan) => ({ flow, restic: 'recorded' as const, plan })

describe('a watch that shows nothing for minutes while writes go on changes no end', () => {
  const survival = new Survival('frozen-watches')
  test.each(flowNames)('%s', async flow => {
    const { points } = await baseline(flow, 'recorded')
    const plans = some(frozenWatches(points, watched(points)), 4, 6)
    await survival.expectAll(flow, plans.map(recorded(flow)))
  })
})

describe('watches that repeat, stall, end, expire or drop, and an API that is slow or busy, change no end', () => {
  const survival = new Survival('unreliable-api')
  test.each(flowNames.map((flow, index) => ({ flow, index })))('$flow', async ({ flow, index }) => {
    await survival.expectAll(flow, some(weathers, 3, index).map(recorded(flow)))
  })
})

describe('two controllers, with a Lease or both believing that they lead, do what one would have done', () => {
  const survival = new Survival('two-controllers')
  test.each(flowNames)('%s', async flow => {
    await survival.expectAll(flow, leaders.map(recorded(flow)))
  })
})
