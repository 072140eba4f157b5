import { describe, jest, test } from '@jest/globals'
import { leaders } from './families.js'
import { flowNames } from './flow-list.js'
import { Survival } from './survival.js'

jest.setTimeout(36_000_000)

const survival = new Survival('two-controllers', 1)

describe('two controllers, with a Lease or both believing that they lead, do what one would have done', () => {
  test.each(flowNames)('%s', async flow => {
    const plans = leaders
    await survival.expectAll(
      flow,
      plans.map(plan => ({ flow, restic: 'recorded', plan })),
    )
  })
})
