import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'turns',
  summary: 'of three sessions of one policy that wait together the newest runs, and the others are skipped',
  claims: { data: twoFiles },
  policies: chart => {
    policyFor(chart, storeRepository(chart))
  },
  withheld: ['Repository'],
  act: async stage => {
    for (const name of ['data-manual-1', 'data-manual-2', 'data-manual-3']) await stage.backUp('data', name)
    // Until its Repository comes none of them can begin, so which is the newest is no race: not even for a controller
    // that sees none of them for five minutes.
    await stage.pass(400_000)
    await stage.supply()
  },
  minutes: 45,
}
