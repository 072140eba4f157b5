import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'retry',
  summary: 'the first attempt fails because a folder is missing; the second one finds it',
  claims: { data: twoFiles },
  policies: chart => {
    const props = { paths: ['/holdfast-data/late'], retryConfig: { maxRetry: 2, delay: '1m' } }
    policyFor(chart, storeRepository(chart), props)
  },
  act: async stage => {
    stage.once(
      change => (change.object['status'] as { nextRetry?: string } | undefined)?.nextRetry !== undefined,
      () => stage.write('data', 'late/c.txt', 'c\n'),
    )
    await stage.fire('data')
  },
  minutes: 60,
}
