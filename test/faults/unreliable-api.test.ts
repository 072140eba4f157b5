import { describe, jest, test } from '@jest/globals'
import { some } from './exploration.js'
import { weathers } from './families.js'
import { flowNames } from './flow-list.js'
import { Survival } from './survival.js'

jest.setTimeout(36_000_000)

const survival = new Survival('unreliable-api', 0)

describe('watches that repeat, stall, end, expire or drop, and an API that is slow or busy, change no end', () => {
  test.each(flowNames)('%s', async flow => {
    const plans = some(weathers, 3, survival.seed + flowNames.indexOf(flow))
    await survival.expectAll(
      flow,
      plans.map(plan => ({ flow, restic: 'recorded', plan })),
    )
  })
})
