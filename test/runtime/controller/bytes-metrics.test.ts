import { describe, expect, test } from '@jest/globals'
import type { Caches } from '../../../runtime/controller/caches.js'
import type { BackupSessionObject } from '../../../runtime/controller/objects.js'
import { seriesOf } from '../../behaviour/metric-series.js'
import { cachesOf, exposed, metricsOf } from './metrics-fixture.js'
import { at, backupSession, configuration } from './observation.js'

const ref = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data' } as const

/** A session that ended so long ago and stored two snapshots of these bytes, or none. */
function stored(name: string, secondsAgo: number, added?: number): BackupSessionObject {
  const one = { name: 'a', id: 'a', path: '/a', totalBytes: 1000, uploadedBytes: added ?? 0 }
  const stats = {
    hostname: 'h',
    phase: 'Succeeded' as const,
    ...(added === undefined ? {} : { snapshots: [one, one] }),
  }
  const targets = [{ ref, phase: 'Succeeded' as const, totalHosts: 1, stats: [stats] }]
  const status = { phase: added === undefined ? ('Failed' as const) : ('Succeeded' as const), targets }
  return backupSession(status, { name, uid: name, creationTimestamp: at(-secondsAgo) })
}
const fill =
  (...sessions: readonly BackupSessionObject[]) =>
  (caches: Caches) => {
    caches.configurations.observe(configuration())
    for (const each of sessions) caches.backups.observe(each)
  }
const data = { namespace: 'shop', configuration: 'data' }

describe('of each policy the controller tells', () => {
  test('what the newest session with a snapshot added and read, though a failure came after it', async () => {
    const sessions = fill(stored('old', 900, 7), stored('new', 600, 21), stored('failed', 300))
    expect(await exposed('holdfast_backup_last_added_bytes', sessions)).toEqual([
      expect.objectContaining({ labels: data, value: 42 }),
    ])
    expect((await exposed('holdfast_backup_last_processed_bytes', sessions)).map(each => each.value)).toEqual([2000])
  })

  test('nothing while it has stored nothing', async () => {
    expect(await exposed('holdfast_backup_last_added_bytes', fill(stored('failed', 300)))).toEqual([])
  })

  test('what all its sessions added since the start, by repository, until it is gone', async () => {
    const metrics = metricsOf(cachesOf(fill()))
    const added = async () =>
      seriesOf(await metrics.registry.metrics()).filter(each => each.name === 'holdfast_backup_added_bytes_total')
    for (const session of [stored('one', 900, 7), stored('two', 600, 21), stored('failed', 300)])
      metrics.bytes.count(session)
    const labels = { ...data, repository_namespace: 'shop', repository: 'store' }
    expect(await added()).toEqual([expect.objectContaining({ labels, value: 56 })])
    metrics.bytes.remove(configuration())
    expect(await added()).toEqual([])
  })
})
