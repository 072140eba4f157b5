import type { Flow } from '../flow.js'
import { policyFor, storeRepository } from '../protected-volume.js'

export const flow: Flow = {
  name: 'empty-source',
  summary: 'an empty volume is refused, and nothing is stored',
  claims: { data: {} },
  policies: chart => {
    policyFor(chart, storeRepository(chart))
  },
  act: stage => stage.fire('data'),
  minutes: 45,
}
