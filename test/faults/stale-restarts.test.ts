import { describe, jest, test } from '@jest/globals'
import { some } from './exploration.js'
import { staleRestarts } from './families.js'
import { flowNames } from './flow-list.js'
import { Survival } from './survival.js'
import { baseline } from './trial.js'

jest.setTimeout(36_000_000)

const survival = new Survival('stale-restarts', 7)

describe('a controller that is started again, and first shown the cluster as it was before, ends as if it had seen all', () => {
  test.each(flowNames)('%s', async flow => {
    const { points } = await baseline(flow, 'recorded')
    const plans = some(staleRestarts(points), 2, survival.seed)
    await survival.expectAll(
      flow,
      plans.map(plan => ({ flow, restic: 'recorded', plan })),
    )
  })
})
