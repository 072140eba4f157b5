import { Repository } from '../../../constructs/index.js'
import type { Flow } from '../flow.js'
import { namespace } from '../place.js'
import { policyFor, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'missing-repository',
  summary: 'a session waits for a Repository that never comes, and fails; the controller itself pushes that it did',
  claims: { data: twoFiles },
  policies: chart => {
    const spec = { backend: { local: { persistentVolumeClaim: { claimName: 'store' } }, storageSecretName: 'keys' } }
    const metadata = { name: 'elsewhere', namespace }
    policyFor(chart, Repository.fromManifest(chart, 'elsewhere', { metadata, spec }), { startDeadline: '3m' })
  },
  act: stage => stage.fire('data'),
  minutes: 45,
}
