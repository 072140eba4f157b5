import { App, Chart } from 'cdk8s'
import { Backend, Repository, Retention, Schedule, VolumeBackup } from '../../constructs/index.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { type FleetUnderTest, fleetFrom } from '../../testing/index.js'

/** A claim as a team would write it. */
export function claim(namespace: string, name: string): ManifestObject {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace, name }, spec }
}

/** A shop with a nightly policy, an hourly one, a paused one, and a claim that nobody protects. */
export function shop(): FleetUnderTest {
  const app = new App()
  const chart = new Chart(app, 'shop', { namespace: 'shop' })
  const repository = new Repository(chart, 'store', {
    backend: Backend.s3({
      endpoint: 'https://s3.example.com',
      bucket: 'shop-backups',
      prefix: 'volumes',
      secretName: 'keys',
    }),
  })
  const retention = Retention.keep({ daily: 7, weekly: 4, monthly: 12 })
  const nightly = Schedule.daily({ at: '03:00', timeZone: 'Europe/Berlin' })
  const common = { repository, retention }
  new VolumeBackup(chart, 'orders', { ...common, claim: 'orders-data', schedule: nightly, timeOut: '2h' })
  new VolumeBackup(chart, 'carts', {
    ...common,
    claim: 'carts-data',
    schedule: Schedule.hourly({ minute: 12 }),
    timeOut: '30m',
    startingDeadline: '10m',
    recoveryPointObjective: '2h',
  })
  new VolumeBackup(chart, 'logs', {
    ...common,
    claim: 'logs-data',
    schedule: nightly,
    paused: true,
    privileges: 'read-any-file',
  })
  const claims = ['orders-data', 'carts-data', 'logs-data', 'search-index'].map(name => claim('shop', name))
  return fleetFrom([app, ...claims])
}
