import { BACKUP_SESSIONS } from '../../../runtime/controller/objects.js'
import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'deleted-session',
  summary: 'a session is deleted while its Job runs: the Job goes with it, and the repository stays as it is',
  claims: { data: twoFiles },
  policies: chart => {
    policyFor(chart, storeRepository(chart))
  },
  before: stage => stage.backedUp('data'),
  act: async stage => {
    stage.onceMoverRuns(session => stage.remove(BACKUP_SESSIONS, session))
    // By hand: a trigger whose answer was lost would rightly make the session again.
    await stage.backUp('data', 'data-manual-1')
  },
  minutes: 45,
  races: true,
}
