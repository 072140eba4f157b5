import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'interim-volume',
  summary: 'a session has an interim volume of its own, which goes when the session has ended',
  claims: { data: twoFiles },
  policies: chart => {
    policyFor(chart, storeRepository(chart), {
      interimVolumeTemplate: {
        metadata: { name: 'work' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    })
  },
  act: stage => stage.fire('data'),
  minutes: 60,
}
