import { App, Chart } from 'cdk8s'
import { Backend, Repository, Retention, Schedule, VolumeBackup } from '../constructs/index.js'

// What `holdfast try` runs: a repository on one claim, a backup of another, no cluster and no cloud.
const app = new App()
const chart = new Chart(app, 'sandbox', { namespace: 'sandbox' })

const repository = new Repository(chart, 'local', {
  backend: Backend.local({ claimName: 'repository', secretName: 'repository-password' }),
})

new VolumeBackup(chart, 'app', {
  claim: 'app-data',
  repository,
  schedule: Schedule.hourly({ minute: 0 }),
  retention: Retention.keep({ last: 3, daily: 7 }),
})

app.synth()
