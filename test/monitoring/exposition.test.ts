import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { dashboardQueries } from '../../lib/monitoring/dashboard/dashboard.js'
import { pushgatewayTarget } from '../../lib/monitoring/scrape-config.js'
import { backupMetrics, repositoryMetrics, restoreMetrics, type SessionMetrics } from '../../runtime/agent/metrics.js'
import { root } from '../../scripts/tools.mjs'
import { exposition } from '../runtime/controller/metrics-fixture.js'
import { at, backupSession, configuration, repository } from '../runtime/controller/observation.js'
import { allGroups, promtool } from './promtool.js'

const of: SessionMetrics = {
  identity: { invokerKind: 'BackupConfiguration', invokerName: 'a"b\\c\n', namespace: 'shop', repository: 'store' },
  target: { kind: 'PersistentVolumeClaim', name: 'data', hostname: 'shop/data' },
  success: true,
  sessionSeconds: 12.5,
  hostSeconds: 10.25,
  now: 1_795_374_000.25,
}
const snapshot = { id: 'a', path: '/data', totalBytes: 3, uploadedBytes: 2, seconds: 1, files: { total: 1 } }
const ready = { type: 'Ready', status: 'True', reason: 'Available', message: '', lastTransitionTime: at(0) } as const

/** Everything that a controller tells which has one of everything. */
const controller = () =>
  exposition(
    ({ configurations, repositories, backups }) => {
      const spec = { recoveryPointObjective: '26h' }
      configurations.observe(configuration(spec, { lastSuccessfulTime: at(-60), conditions: [ready] }))
      const status = { id: 'f'.repeat(64), firstBackupTime: at(-90), lastBackupTime: at(-60), conditions: [ready] }
      repositories.observe(repository({}, { ...status, integrity: true, totalBytes: 5, snapshotCount: 1 }))
      backups.observe(backupSession({ phase: 'Succeeded', completionTime: at(-60), conditions: [ready] }))
    },
    { pushgateway: true },
  )
const facts = { integrity: true, sizeBytes: 5, snapshotCount: 1, snapshotsCleaned: 0 }
const pushed = (): [string, () => Promise<string>][] => [
  ['a backup', () => backupMetrics(of, [snapshot])],
  ['a restore', () => restoreMetrics(of)],
  ['a repository', () => repositoryMetrics(of.identity, { backend: 's3', bucket: 'b', prefix: 'p' }, facts)],
]

/** Stash’s names, which its users’ dashboards have; as counters they would be wrong. */
const knownComplaints =
  /holdfast_\w+_total non-counter metrics should not have "_total" suffix|holdfast_repository_snapshot_count non-histogram/

/** What promtool complains of, a line each. */
function complaints(text: string): string[] {
  const { output } = promtool(['check', 'metrics'], {}, text)
  return output.split('\n').filter(line => line !== '' && !knownComplaints.test(line))
}

const namesIn = (text: string) => [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name)

describe('what Prometheus reads', () => {
  test('from the controller is well-formed, named by the rules, and explained', async () => {
    expect(complaints(await controller())).toEqual([])
  })

  test('from the controller is on the page about monitoring, name by name', async () => {
    const page = readFileSync(join(root, 'docs/monitoring.md'), 'utf8')
    expect(namesIn(await controller()).filter(name => !page.includes(`\`${name}\``))).toEqual([])
  })

  test('from the process of the controller too', async () => {
    const register = new Registry()
    collectDefaultMetrics({ register })
    const text = await register.metrics()
    const own = complaints(text).filter(line => !line.startsWith('nodejs_') && !line.startsWith('process_'))
    expect(own).toEqual([])
  })

  test.each(pushed())('from a push of %s is well-formed, whatever a name has in it', async (_, metrics) => {
    expect(complaints(await metrics())).toEqual([])
  })

  test('from the Pushgateway is all that movers push, and of the controller’s names only the one they share', async () => {
    const rule = pushgatewayTarget.taken?.find(({ label }) => label === '__name__')
    const isTaken = (name: string) => new RegExp(`^(?:${rule?.regex})$`).test(name)
    const pushes = await Promise.all(pushed().map(([, metrics]) => metrics()))
    expect(pushes.flatMap(namesIn).filter(name => !isTaken(name))).toEqual([])
    expect(namesIn(await controller()).filter(isTaken)).toEqual(['holdfast_backup_last_success_time_seconds'])
    for (const other of ['up', 'ALERTS', 'kube_pod_info', 'process_start_time_seconds'])
      expect(isTaken(other)).toBe(false)
  })

  test('would be refused if it were not', () => {
    expect(complaints('holdfast_a{b="c} 1\n').join()).toContain('error while linting')
    expect(complaints('# TYPE holdfast_milliseconds gauge\nholdfast_milliseconds 1\n')).not.toEqual([])
  })

  test('has every series that rules and panels ask for', async () => {
    const all = [await controller(), ...(await Promise.all(pushed().map(([, metrics]) => metrics())))]
    const known = new Set(all.flatMap(namesIn))
    const asked = [...allGroups().flatMap(group => group.rules.map(rule => rule.expr)), ...dashboardQueries()]
    const names = asked.flatMap(expr => expr.match(/holdfast_\w+/g) ?? []).map(name => name.replace(/_bucket$/, ''))
    expect(new Set(names).size).toBeGreaterThan(20)
    expect([...new Set(names)].filter(name => !known.has(name))).toEqual([])
  })
})
