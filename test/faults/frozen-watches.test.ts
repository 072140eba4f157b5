import { describe, jest, test } from '@jest/globals'
import { some } from './exploration.js'
import { frozenWatches, watched } from './families.js'
import { flowNames } from './flow-list.js'
import { Survival } from './survival.js'
import { baseline } from './trial.js'

jest.setTimeout(36_000_000)

const survival = new Survival('frozen-watches', 6)

describe('a watch that shows nothing for minutes while writes go on changes no end', () => {
  test.each(flowNames)('%s', async flow => {
    const { points } = await baseline(flow, 'recorded')
    const plans = some(frozenWatches(points, watched(points)), 4, survival.seed)
    await survival.expectAll(
      flow,
      plans.map(plan => ({ flow, restic: 'recorded', plan })),
    )
  })
})
