import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'unschedulable',
  summary: 'no node takes the pod: the session fails by its start deadline, and its Job is cleared away',
  claims: { data: twoFiles },
  policies: chart => {
    const runtimeSettings = { pod: { nodeSelector: { 'example.com/nowhere': 'true' } } }
    policyFor(chart, storeRepository(chart), { startDeadline: '3m', runtimeSettings })
  },
  act: stage => stage.fire('data'),
  minutes: 45,
}
