import { describe, jest, test } from '@jest/globals'
import { some } from './exploration.js'
import { clockJumps } from './families.js'
import { flowNames } from './flow-list.js'
import { Survival } from './survival.js'
import { baseline } from './trial.js'

jest.setTimeout(36_000_000)

const survival = new Survival('clock-jumps', 8)

describe('a wall clock that jumps by an hour breaks no promise', () => {
  test.each(flowNames)('%s', async flow => {
    const { points } = await baseline(flow, 'recorded')
    const plans = some(clockJumps(points), 2, survival.seed)
    await survival.expectAll(
      flow,
      plans.map(plan => ({ flow, restic: 'recorded', plan })),
    )
  })
})
