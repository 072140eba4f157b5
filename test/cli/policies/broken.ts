import { App, Chart } from 'cdk8s'
import { Backend, Repository, Retention, Schedule, VolumeBackup } from '../../../constructs/index.js'

// Three mistakes: the name of the Secret, no keep rule, minute 61.
const app = new App()
const chart = new Chart(app, 'shop', { namespace: 'shop' })
const repository = new Repository(chart, 'store', {
  backend: Backend.local({ claimName: 'store', secretName: 'Store_Keys' }),
})
new VolumeBackup(chart, 'orders', {
  claim: 'orders-data',
  repository,
  schedule: Schedule.cron('61 * * * *'),
  retention: Retention.keep({}),
})
app.synth()
