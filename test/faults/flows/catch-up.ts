import { Schedule } from '../../../constructs/index.js'
import type { Flow } from '../flow.js'
import { policyFor, storeRepository, twoFiles } from '../protected-volume.js'

export const flow: Flow = {
  name: 'catch-up',
  summary: 'a slot that nobody triggered is made up for by the controller',
  claims: { data: twoFiles },
  policies: chart => {
    policyFor(chart, storeRepository(chart), {
      schedule: Schedule.cron('0 3 * * *'),
      startingDeadline: '5m',
    })
  },
  before: stage => stage.backedUp('data'),
  act: stage => stage.missSlot('data'),
  minutes: 60,
}
