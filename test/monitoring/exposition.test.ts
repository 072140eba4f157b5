import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { dashboardQueries } from '../../lib/monitoring/dashboard/dashboard.js'
import { pushgatewayTarget } from '../../lib/monitoring/scrape-config.js'
import { root } from '../../scripts/tools.mjs'
import { fullController, pushed } from './exposed.js'
import { allGroups, promtool } from './promtool.js'

/** Stash’s names, which its users’ dashboards have; as counters they would be wrong. */
const knownComplaints =
  /holdfast_\w+_total non-counter metrics should not have "_total" suffix|holdfast_repository_snapshot_count non-histogram/

/** What promtool complains of, a line each. */
function complaints(text: string): string[] {
  const { output } = promtool(['check', 'metrics'], {}, text)
  return output.split('\n').filter(line => line !== '' && !knownComplaints.test(line))
}

const namesIn = (text: string) => [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name)

const controller = () => fullController().registry.metrics()

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
