import { describe, jest, test } from '@jest/globals'
import { everything } from './exploration.js'
import { answers, covering } from './families.js'
import { flowNames } from './flow-list.js'
import { Survival } from './survival.js'
import { baseline } from './trial.js'

jest.setTimeout(36_000_000)

const survival = new Survival('api-answers', 5)

describe('whatever the API answers to any one request, the flow ends as if it had answered well', () => {
  test.each(flowNames)('%s', async flow => {
    const { points } = await baseline(flow, 'recorded')
    const all = answers(points)
    const plans = everything ? all : covering(all, 1, survival.seed).slice(0, 16)
    await survival.expectAll(
      flow,
      plans.map(plan => ({ flow, restic: 'recorded', plan })),
    )
  })
})
