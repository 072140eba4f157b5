import { REPOSITORIES } from '../../../runtime/controller/objects.js'
import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'deleted-repository',
  summary: 'a Repository is deleted while a session runs: the session still ends, and the data stays',
  claims: { data: twoFiles },
  policies: chart => {
    policyFor(chart, storeRepository(chart))
  },
  before: stage => stage.backedUp('data'),
  act: async stage => {
    stage.onceMoverRuns(() => stage.remove(REPOSITORIES, 'store'))
    await stage.fire('data')
  },
  minutes: 45,
}
