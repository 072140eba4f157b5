import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'backup',
  summary: 'a CronJob triggers a session, which stores a volume in a repository that is in use',
  claims: { data: twoFiles },
  policies: chart => {
    policyFor(chart, storeRepository(chart))
  },
  before: stage => stage.backedUp('data'),
  act: stage => stage.fire('data'),
  minutes: 45,
}
