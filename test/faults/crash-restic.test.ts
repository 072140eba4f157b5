import { describe, jest, test } from '@jest/globals'
import { everything } from './exploration.js'
import { crashSingles } from './families.js'
import { flowNames, loadFlow } from './flow-list.js'
import { shuffled } from './seeded.js'
import { Survival } from './survival.js'
import { baseline } from './trial.js'

jest.setTimeout(7_200_000)

const survival = new Survival('crash-points-with-real-restic', 2)
const playable = await Promise.all(flowNames.map(loadFlow))
const flows = playable.filter(({ restics = ['real'] }) => restics.includes('real')).map(({ name }) => name)
/** Flows that between them come to every restic command. */
const representative = ['first-backup', 'maintain', 'restore', 'finish']

describe('with the real restic, whoever dies at any point, nothing is lost and the repository is whole', () => {
  test.each(everything ? flows : representative)('%s', async flow => {
    const { points } = await baseline(flow, 'real')
    const all = crashSingles(points)
    const kills = all.filter(({ faults }) => faults.some(({ effect }) => effect.startsWith('kill-')))
    const plans = everything ? all : shuffled(kills, survival.seed).slice(0, 5)
    await survival.expectAll(
      flow,
      plans.map(plan => ({ flow, restic: 'real', plan })),
    )
  })
})
