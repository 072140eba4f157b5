import { describe, jest, test } from '@jest/globals'
import { everything } from './exploration.js'
import { covering, crashSingles } from './families.js'
import { flowNames } from './flow-list.js'
import { Survival } from './survival.js'
import { baseline } from './trial.js'

jest.setTimeout(3_600_000)

const survival = new Survival('crash-points', 1)

describe('whoever dies at any point of a flow, and is started again, the flow ends as if nothing had happened', () => {
  test.each(flowNames)('%s', async flow => {
    const { points } = await baseline(flow, 'recorded')
    const all = crashSingles(points)
    // Of each point one side, before or after, unless everything is asked for.
    const plans = everything ? all : covering(all, 1, survival.seed)
    await survival.expectAll(
      flow,
      plans.map(plan => ({ flow, restic: 'recorded', plan })),
    )
  })
})
