import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { CONFIGURATIONS } from '../../runtime/controller/objects.js'
import { backUp } from './await-session.js'
import { eventually } from './eventually.js'
import { metricValue, seriesOf } from './metric-series.js'
import { type ProtectedClaim, protectedClaim } from './protected-claim.js'
import { expectEnd } from './session-end.js'
import { startWorld } from './start-world.js'
import type { World } from './world.js'

let world: World
let protection: ProtectedClaim
let own: Readonly<Record<string, string>>
beforeAll(async () => {
  world = await startWorld()
  protection = await protectedClaim(world)
  expectEnd(await backUp(world, protection.namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
  own = { namespace: protection.namespace, invoker_kind: 'BackupConfiguration', invoker_name: 'data' }
}, 300_000)
afterAll(() => world.stop(), 60_000)

const limit = 180_000

describe('metrics', () => {
  test(
    'a failed backup says so and keeps the figures of the last good one',
    async () => {
      const before = await world.metrics()
      await protection.files.remove('a.txt')
      await protection.files.remove('dir')
      const session = await backUp(world, protection.namespace, 'data')
      expectEnd(session, 'Failed', 'EmptySource')
      const after = await world.metrics()
      expect(metricValue(before, 'holdfast_backup_session_success', own)).toBe(1)
      expect(metricValue(after, 'holdfast_backup_session_success', own)).toBe(0)
      const time = 'holdfast_backup_last_success_time_seconds'
      expect(metricValue(after, time, own)).toBe(metricValue(before, time, own))
      expect(metricValue(after, 'holdfast_backup_host_files_total', own)).toBe(2)
    },
    limit,
  )

  test('the controller itself tells when the last good backup was', async () => {
    const labels = { namespace: protection.namespace }
    const name = 'holdfast_backup_last_success_time_seconds'
    const value = await eventually(
      async () => metricValue(await world.controllerMetrics(), name, labels) || undefined,
      30,
      () => 'it knows of none',
    )
    expect(Math.abs(value - Date.now() / 1000)).toBeLessThan(300)
  })

  test(
    'what a deleted policy pushed leaves the Pushgateway',
    async () => {
      expect(seriesOf(await world.metrics(), own)).not.toEqual([])
      await world.client.delete(CONFIGURATIONS, 'data', protection.namespace)
      await eventually(
        async () => (seriesOf(await world.metrics(), own).length === 0 ? true : undefined),
        30,
        () => 'its series are still there',
      )
    },
    limit,
  )
})
