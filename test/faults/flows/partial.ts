import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'partial',
  summary: 'a file cannot be read, the policy accepts that, and retention does not follow',
  claims: { data: twoFiles },
  policies: chart => {
    policyFor(chart, storeRepository(chart), { partialPolicy: 'Accept' })
  },
  before: stage => stage.backedUp('data'),
  act: async stage => {
    stage.lock('data', 'a.txt')
    await stage.fire('data')
  },
  minutes: 45,
  // The real restic runs here as root, who can read everything.
  restics: ['recorded'],
}
