import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { dashboardQueries } from '../../lib/monitoring/dashboard/dashboard.js'
import { ruleGroups } from '../../lib/monitoring/rules.js'
import { backUp } from '../behaviour/await-session.js'
import { eventually } from '../behaviour/eventually.js'
import { type ProtectedClaim, protectedClaim } from '../behaviour/protected-claim.js'
import { SandboxWorld } from '../behaviour/sandbox-world.js'
import { expectEnd } from '../behaviour/session-end.js'
import { PrometheusServer } from './prometheus-server.js'
import { options as plain, rulesFile } from './promtool.js'

let world: SandboxWorld
let protection: ProtectedClaim
let prometheus: PrometheusServer
/** The Repository has no name of the cluster, the control plane has one. */
const options = { ...plain, clusterName: SandboxWorld.clusterName }
/** What any pod may push: that a controller leads, that a backup is good for ever, that a repository is damaged. */
const forged = `# TYPE holdfast_backup_last_success_time_seconds gauge
holdfast_controller_leader 1
holdfast_backup_last_success_time_seconds{namespace="forged",configuration="data"} 9999999999
holdfast_backup_ready{namespace="forged",configuration="data",reason="Protected"} 1
holdfast_repository_integrity_verified{namespace="forged",repository="store"} 0
up{job="kubelet"} 0
`
let isControllerAway = false
const controllerText = () => (isControllerAway ? Promise.reject(new Error('away')) : world.controllerMetrics())

beforeAll(async () => {
  world = await SandboxWorld.start()
  protection = await protectedClaim(world)
  expectEnd(await backUp(world, protection.namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
  await world.push('job/batch', forged)
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
    'has nothing to say while all is well, nor begins to doubt what a cluster with a name has pushed',
    async () => {
      const names = (await prometheus.alerts()).map(alert => alert.labels['alertname'])
      expect(names).not.toContain('HoldfastPushgatewayStale')
      expect((await prometheus.alerts()).filter(alert => alert.state === 'firing')).toEqual([])
      expect(await prometheus.query('holdfast_backup_session_success{cluster!="sandbox"}')).toEqual([])
    },
    limit,
  )

  test(
    'believes nothing of the controller, or of others, that somebody pushed',
    async () => {
      const text = await world.metrics()
      expect(text).toContain('holdfast_controller_leader{')
      // The Pushgateway’s own time of the push is there, so the scrape has seen it.
      expect(await prometheus.query('push_time_seconds{job="batch"}')).toHaveLength(1)
      expect(await prometheus.query('{job="batch",__name__!~"push_.+"}')).toEqual([])
      expect(await prometheus.query('{namespace="forged"}')).toEqual([])
      expect(await prometheus.query('up{job="kubelet"}')).toEqual([])
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
