import { Retention } from '../../../constructs/index.js'
import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'maintain',
  summary: 'retention removes an older snapshot after a backup, and the history its session',
  claims: { data: twoFiles },
  policies: chart => {
    policyFor(chart, storeRepository(chart), { retention: Retention.keep({ last: 1 }), backupHistoryLimit: 1 })
  },
  before: stage => stage.backedUp('data'),
  act: async stage => {
    stage.write('data', 'c.txt', 'c\n')
    await stage.fire('data')
  },
  minutes: 60,
}
