import { App, Chart } from 'cdk8s'
import { Backend, Holdfast, Repository, Retention, Schedule, VolumeBackup, VolumeRestore } from '../constructs/index.js'

const app = new App()

// The control plane, once per cluster.
new Holdfast(new Chart(app, 'holdfast-system'), 'holdfast', { clusterName: 'demo' })

// A store that two teams share: each keeps its own Secret with the same keys.
const shop = new Chart(app, 'shop', { namespace: 'shop' })
const store = new Repository(shop, 'store', {
  backend: Backend.s3({
    endpoint: 'https://s3.example.com',
    bucket: 'demo-backups',
    prefix: 'volumes',
    secretName: 'backup-store',
  }),
  clusterName: 'demo',
  usagePolicy: { allowedNamespaces: { from: 'All' } },
})
const nightly = Schedule.daily({ at: '03:00', timeZone: 'Europe/Berlin' })
const generations = Retention.keep({ daily: 7, weekly: 4, monthly: 12 })

new VolumeBackup(shop, 'orders', {
  claim: 'orders-data',
  repository: store,
  schedule: nightly,
  retention: generations,
  recoveryPointObjective: '26h',
})
// Fills the volume of a rebuilt cluster; a volume that holds files is left alone.
new VolumeRestore(shop, 'orders-seed', { claim: 'orders-data', repository: store })

const blog = new Chart(app, 'blog', { namespace: 'blog' })
new VolumeBackup(blog, 'uploads', {
  claim: 'uploads',
  paths: ['/holdfast-data/images', '/holdfast-data/documents'],
  exclude: ['*.tmp'],
  repository: store,
  repositorySecretName: 'backup-store',
  schedule: Schedule.daily({ at: '04:30', timeZone: 'Europe/Berlin' }),
  retention: generations,
})

app.synth()
