import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import * as holdfast from '../../constructs/index.js'
import type { Notification } from '../../lib/api/notification.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { keysOfRequests } from '../../lib/notification/request-secrets.js'
import { root } from '../../scripts/tools.mjs'
import { podTemplates } from '../cluster-policy/job-pods.js'
import { type End, isAllowed } from '../cluster-policy/network-evaluator.js'
import { at } from '../constructs/policy-app.js'
import { promtool } from '../monitoring/promtool.js'

const source = readFileSync(join(root, 'examples/operations.ts'), 'utf8')
const folder = join(root, 'dist/operations')
const objects = readdirSync(folder).flatMap(file =>
  parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map(document => document.toJS() as ManifestObject),
)
const named = (kind: string) => objects.filter(object => object.kind === kind)
const notifications = at<Notification[]>(named('BackupConfiguration')[0], 'spec.hooks.notifications')

// What the examples for whole clusters have, and what only a few need.
const elsewhere = ['Fleet', 'Function', 'Holdfast', 'PolicyDefaults', 'Stagger', 'Task', 'Tiers', 'VolumeRestore']
const isConstruct = ([, value]: [string, unknown]) =>
  typeof value === 'function' && value.prototype instanceof holdfast.CheckedConstruct

test('every construct for the operation of a cluster is in an example', () => {
  const constructs = Object.entries(holdfast)
    .filter(isConstruct)
    .map(([name]) => name)
  const missing = constructs.filter(name => !elsewhere.includes(name) && !source.includes(`new ${name}(`))
  expect(constructs).toEqual(expect.arrayContaining(['Monitoring', 'AdmissionPolicies', 'TeamAccess']))
  expect(missing).toEqual([])
})

describe('the parts of the example of operations fit each other:', () => {
  test('the cluster’s rules allow exactly the Secrets that its messages name', () => {
    const rule = JSON.stringify(
      named('ValidatingAdmissionPolicy').find(each => each.metadata.name === 'holdfast-settings'),
    )
    const secrets = [...new Set(keysOfRequests(notifications).map(each => each.name))]
    expect(secrets).toEqual(['receivers'])
    expect(rule).toContain(JSON.stringify('in ["", "receivers"]').slice(1, -1))
  })

  test('no credential is in it, only names of Secrets and of their keys', () => {
    for (const { httpPost } of notifications) expect(Object.keys(httpPost?.urlFrom ?? {})).toEqual(['secretKeyRef'])
    expect(keysOfRequests(notifications).map(each => each.key)).toEqual(['slack', ...Array(4).fill('ledger-check')])
  })

  test('those who are told can be reached, the store too, and nothing else', () => {
    const { labels } = podTemplates({}).notify.metadata
    const pod = (namespace: string): End => ({ address: '10.0.1.1', pod: { namespace, labels } })
    const reach = (namespace: string, address: string, port: number) =>
      isAllowed(objects, { from: pod(namespace), to: { address }, port })
    const [store, receiver] = ['203.0.113.7', '198.51.100.9']
    expect([reach('payments', store, 443), reach('payments', receiver, 443), reach('payments', receiver, 80)]).toEqual([
      ...[true, true, false],
    ])
    expect([reach('backup-stores', store, 443), reach('backup-stores', receiver, 443)]).toEqual([true, false])
  })

  test('Prometheus reaches what the ServiceMonitors name', () => {
    const targets = named('ServiceMonitor').map(({ spec }) => at<Record<string, string>>(spec, 'selector.matchLabels'))
    const scraped = targets.map(labels => {
      const to = { address: '10.0.2.1', pod: { namespace: 'holdfast-system', labels } }
      const from = { address: '10.0.3.1', pod: { namespace: 'monitoring', labels: {} } }
      return [8080, 9091].filter(port => isAllowed(objects, { from, to, port }))
    })
    expect(scraped).toEqual([[8080], [9091]])
  })

  test('the store may be used by the team that names it', () => {
    const [use] = named('Role').filter(each => each.metadata.namespace === 'backup-stores')
    expect(use?.['rules']).toEqual([
      { apiGroups: ['holdfast.dev'], resources: ['repositories'], resourceNames: ['offsite'], verbs: ['use'] },
    ])
    expect(at(named('BackupConfiguration')[0], 'spec.repository')).toEqual({
      ...{ name: 'offsite', namespace: 'backup-stores', secretName: 'offsite-keys' },
    })
  })

  test('Prometheus takes the rules, and one of them misses the policy when it is gone', () => {
    const rules = named('PrometheusRule').map(({ spec }) => spec as { groups: object[] })
    expect(rules).toHaveLength(2)
    for (const spec of rules) {
      const verdict = promtool(['check', 'rules', 'rules.json'], { 'rules.json': JSON.stringify(spec) })
      expect(verdict).toMatchObject({ ok: true })
    }
    expect(JSON.stringify(rules)).toMatch(/HoldfastPolicyMissing.*payments.*ledger/)
  })
})
