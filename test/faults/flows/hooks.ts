import { application } from '../agents.js'
import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'hooks',
  summary: 'an application is quiesced before a backup and resumed after it',
  claims: { data: twoFiles },
  policies: chart => {
    const at = (path: string) => ({ host: application, port: 8080, path })
    policyFor(chart, storeRepository(chart), {
      hooks: { preBackup: { httpPost: at('/freeze') }, postBackup: { httpPost: at('/thaw') } },
    })
  },
  act: stage => stage.fire('data'),
  minutes: 60,
  own: stage => ({ lastRequest: stage.requests.at(-1) }),
}
