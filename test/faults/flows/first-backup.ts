import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'first-backup',
  summary: 'the first session makes the repository; retention, check and prune follow',
  claims: { data: twoFiles },
  policies: chart => {
    policyFor(chart, storeRepository(chart))
  },
  act: stage => stage.fire('data'),
  minutes: 60,
}
