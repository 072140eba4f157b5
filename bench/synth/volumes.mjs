import { App, Chart } from 'cdk8s'
import { Backend, Repository, Retention, Schedule, VolumeBackup } from '../../build/constructs/index.js'

/** A fleet of Holdfast’s own policies, six objects each, in charts of fifty. */
export function volumes(objects, outdir) {
  const app = new App({ outdir })
  const count = Math.ceil(objects / 5)
  let chart
  let repository
  for (let index = 0; index < count; index++) {
    if (index % 50 === 0) {
      chart = new Chart(app, `team-${index / 50}`, { namespace: `team-${index / 50}` })
      repository = new Repository(chart, 'store', {
        backend: Backend.s3({ endpoint: 'https://s3.example.com', bucket: `bucket-${index / 50}`, secretName: 'keys' }),
      })
    }
    new VolumeBackup(chart, `volume-${index}`, {
      claim: `data-${index}`,
      repository,
      schedule: Schedule.cron(`${index % 60} ${index % 24} * * *`),
      retention: Retention.keep({ daily: 7, weekly: 4, monthly: 12 }),
    })
  }
  return app
}
