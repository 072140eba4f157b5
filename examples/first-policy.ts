import { App, Chart } from 'cdk8s'
import { Backend, Repository, Retention, Schedule, VolumeBackup } from '../constructs/index.js'

const app = new App()
const shop = new Chart(app, 'shop', { namespace: 'shop' })

const repository = new Repository(shop, 'store', {
  backend: Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'shop-backups', secretName: 'store-keys' }),
})

new VolumeBackup(shop, 'orders', {
  claim: 'orders-data',
  repository,
  schedule: Schedule.daily({ at: '03:00', timeZone: 'Europe/Berlin' }),
  retention: Retention.keep({ daily: 7, weekly: 4, monthly: 12 }),
})

app.synth()
