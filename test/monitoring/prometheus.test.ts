import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { dashboardQueries } from '../../lib/monitoring/dashboard/dashboard.js'
import { ruleGroups } from '../../lib/monitoring/rules.js'
import { backUp } from '../behaviour/await-session.js'
import { eventually } from '../behaviour/eventually.js'
import { type ProtectedClaim, protectedClaim } from '../behaviour/protected-claim.js'
import { expectEnd } from '../behaviour/session-end.js'
import { startWorld } from '../behaviour/start-world.js'
import type { World } from '../behaviour/world.js'
import { PrometheusServer } from './prometheus-server.js'
import { options, rulesFile } from './promtool.js'

let world: World
let protection: ProtectedClaim
let prometheus: PrometheusServer
let isControllerAway = false
const controllerText = () => (isControllerAway ? Promise.reject(new Error('away')) : world.controllerMetrics())

beforeAll(async () => {
  world = await startWorld()
  protection = await protectedClaim(world)
  expectEnd(await backUp(world, protection.namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
  const sources = { controller: controllerText, pushgateway: () => world.metrics() }
  prometheus = await PrometheusServer.start(sources, rulesFile(ruleGroups(options)))
}, 300_000)
afterAll(async () => {
  await prometheus.stop()
  await world.stop()
}, 60_000)

const limit = 180_000
const seen = <T>(look: () => Promise<T | undefined>, what: string) => eventually(look, 60, () => what)

describe('a real Prometheus beside the real controller, agent and Pushgateway', () => {
  test(
    'evaluates every rule without an error',
    async () => {
      const health = await seen(() => prometheus.ruleHealth(), 'no rule was evaluated')
      const names = ruleGroups(options).flatMap(group => group.rules.map(rule => rule.alert))
      expect(health).toEqual(Object.fromEntries(names.map(name => [name, 'ok'])))
    },
    limit,
  )

  test(
    'answers every question of the dashboard, and those about the fleet with what is there',
    async () => {
      const here = (query: string) => prometheus.query(query.replaceAll('$namespace', '.*'))
      await seen(
        async () => ((await here('holdfast_backup_ready == 1')).length > 0 ? true : undefined),
        'it is not ready',
      )
      for (const query of dashboardQueries()) await here(query)
      const age = await here('max by (namespace, configuration) (holdfast_backup_recovery_point_age_seconds)')
      expect(age.map(each => each.metric)).toEqual([{ namespace: protection.namespace, configuration: 'data' }])
      expect(Number(age[0]?.value[1])).toBeLessThan(300)
      const uploaded = await here('holdfast_backup_host_data_uploaded_bytes')
      expect(uploaded.map(each => each.metric['namespace'])).toEqual([protection.namespace])
    },
    limit,
  )

  test(
    'has nothing to say while all is well',
    async () => {
      expect((await prometheus.alerts()).filter(alert => alert.state === 'firing')).toEqual([])
    },
    limit,
  )

  test(
    'says which policy failed, and why, once a backup fails',
    async () => {
      await protection.files.remove('a.txt')
      await protection.files.remove('dir')
      expectEnd(await backUp(world, protection.namespace, 'data'), 'Failed', 'EmptySource')
      const alert = await seen(async () => {
        const all = await prometheus.alerts()
        return all.find(each => each.labels['alertname'] === 'HoldfastBackupFailed')
      }, 'there is no alert')
      expect(alert.state).toBe('firing')
      expect(alert.labels).toEqual({
        alertname: 'HoldfastBackupFailed',
        severity: 'warning',
        namespace: protection.namespace,
        configuration: 'data',
        reason: 'EmptySource',
      })
      expect(alert.annotations['summary']).toBe(`The last backup of ${protection.namespace}/data failed: EmptySource`)
    },
    limit,
  )

  test(
    'holds the loudest alert ready as soon as it can no longer ask the controller',
    async () => {
      isControllerAway = true
      const down = await seen(async () => {
        const all = await prometheus.alerts()
        return all.find(each => each.labels['alertname'] === 'HoldfastControllerDown')
      }, 'there is no alert')
      // It waits five minutes; promtool’s scenarios see it fire.
      expect(down).toMatchObject({ state: 'pending', labels: { severity: 'critical' } })
    },
    limit,
  )
})
