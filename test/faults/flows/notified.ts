import { Notify } from '../../../constructs/index.js'
import { application } from '../agents.js'
import type { Flow } from '../flow.js'
import { policyFor, storeRepository } from '../protected-volume.js'

export const flow: Flow = {
  name: 'notified',
  summary: 'a backup fails, and a Job of its own tells an application, which heard of the beginning too',
  claims: { data: {} },
  policies: chart => {
    const url = (path: string) => `http://${application}:8080${path}`
    policyFor(chart, storeRepository(chart), {
      notify: [
        Notify.webhook({ name: 'begun', url: url('/begun'), on: ['Started'] }),
        Notify.webhook({ name: 'failed', url: url('/failed'), on: ['Failed'] }),
      ],
    })
  },
  act: stage => stage.fire('data'),
  minutes: 45,
  own: stage => ({ told: [...new Set(stage.requests)].sort() }),
}
