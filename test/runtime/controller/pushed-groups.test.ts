import { describe, expect, test } from '@jest/globals'
import type { HttpAnswer, HttpRequest } from '../../../runtime/agent/host.js'
import { MetricGroups } from '../../../runtime/controller/metric-groups.js'
import { SessionPush } from '../../../runtime/controller/session-push.js'
import { cachesOf, clock } from './metrics-fixture.js'
import { backupSession, configuration, observe, settings as plain, repository } from './observation.js'

/** A Pushgateway that takes everything and lists these groups; answers what it was asked. */
function gateway(groups: readonly Readonly<Record<string, string>>[] = []) {
  const asked: string[] = []
  const http = async ({ method, address }: HttpRequest): Promise<HttpAnswer> => {
    asked.push(`${method} ${address.path}`)
    return { status: 200, headers: {}, body: JSON.stringify({ data: groups.map(labels => ({ labels })) }) }
  }
  return { asked, outward: { http, clock } }
}
const silent = () => {}
const group = (cluster: string, name: string) => ({
  job: 'holdfast',
  ...(cluster === '' ? {} : { cluster }),
  namespace: 'shop',
  invoker_kind: 'BackupConfiguration',
  invoker_name: name,
})
const path = (cluster: string, name: string) =>
  `/metrics/job/holdfast${cluster === '' ? '' : `/cluster/${cluster}`}/namespace/shop/invoker_kind/BackupConfiguration/invoker_name/${name}`

describe.each(['production', ''])('a control plane with the name "%s"', clusterName => {
  const settings = { ...plain, clusterName }
  const other = clusterName === '' ? 'staging' : ''

  test.each([undefined, 'eu'])('pushes failures under it, whatever the Repository’s name: %s', async name => {
    const { asked, outward } = gateway()
    const store = repository(name === undefined ? {} : { clusterName: name })
    const observed = observe({ settings, repository: store })
    await new SessionPush(settings, silent, outward).failed(backupSession(), { phase: 'Failed' }, observed)
    expect(asked).toEqual([`POST ${path(clusterName, 'data')}`])
  })

  test('removes the group of a policy under it', async () => {
    const { asked, outward } = gateway()
    const groups = new MetricGroups(settings, cachesOf(silent), silent, outward)
    await groups.remove('BackupConfiguration', 'shop', 'data')
    expect(asked).toEqual([`DELETE ${path(clusterName, 'data')}`])
  })

  test('sweeps what is gone of its own groups, and none of another cluster’s', async () => {
    const { asked, outward } = gateway([group(clusterName, 'data'), group(clusterName, 'gone'), group(other, 'gone')])
    const caches = cachesOf(({ configurations }) => configurations.observe(configuration()))
    await new MetricGroups(settings, caches, silent, outward).sweep()
    expect(asked).toEqual(['GET /api/v1/metrics', `DELETE ${path(clusterName, 'gone')}`])
  })
})
