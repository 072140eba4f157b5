import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'shared-repository',
  summary: 'two policies fire at once at a repository that neither has made yet',
  claims: { data: twoFiles, media: { 'm.txt': 'm\n' } },
  policies: chart => {
    const repository = storeRepository(chart)
    policyFor(chart, repository)
    policyFor(chart, repository, { name: 'media', claim: 'media' })
  },
  act: async stage => {
    await stage.fire('data')
    await stage.fire('media')
  },
  minutes: 60,
}
