import { triggerName } from '../../../lib/names.js'
import { CONFIGURATIONS } from '../../../runtime/controller/objects.js'
import { CRON_JOBS } from '../../../runtime/kube/resource.js'
import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'deleted-configuration',
  summary: 'a policy is deleted while a session runs: its sessions and metrics go with it, and the repository stays',
  claims: { data: twoFiles },
  policies: chart => {
    policyFor(chart, storeRepository(chart))
  },
  before: stage => stage.backedUp('data'),
  act: async stage => {
    stage.onceMoverRuns(async () => {
      await stage.remove(CRON_JOBS, triggerName('data'))
      await stage.remove(CONFIGURATIONS, 'data')
    })
    await stage.fire('data')
  },
  minutes: 45,
  races: true,
}
