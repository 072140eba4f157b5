import { VolumeRestore } from '../../../constructs/index.js'
import type { Flow } from '../flow.js'
import { namespace } from '../place.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'restore',
  summary: 'a RestoreSession fills an empty volume with the newest backup',
  claims: { data: twoFiles, restored: {} },
  policies: chart => {
    policyFor(chart, storeRepository(chart))
  },
  before: stage => stage.backedUp('data'),
  act: stage =>
    stage.add(chart => {
      const rules = [{ sourceHost: `${namespace}/data`, snapshots: ['latest'] }]
      new VolumeRestore(chart, 'back', { claim: 'restored', repository: storeRepository(chart), rules, timeOut: '20m' })
    }),
  minutes: 45,
  compared: ['restored'],
}
