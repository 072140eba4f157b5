import { application } from '../agents.js'
import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'finish',
  summary: 'the pod is evicted after the upload: a finish Job finds the snapshot and runs the hook that is owed',
  claims: { data: twoFiles },
  policies: chart => {
    const at = (path: string) => ({ host: application, port: 8080, path })
    policyFor(chart, storeRepository(chart), {
      hooks: { preBackup: { httpPost: at('/freeze') }, postBackup: { httpPost: at('/thaw') } },
    })
  },
  before: stage => stage.backedUp('data'),
  act: async stage => {
    stage.evictAt('update-status')
    await stage.fire('data')
  },
  minutes: 60,
  own: stage => ({ lastRequest: stage.requests.at(-1) }),
}
