import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { version } from '../../lib/version.js'
import { anyNamespace, anyValues, expectedObjects, type GivenValues } from './chart-props.js'
import { constructObjects, isDefinition } from './construct-objects.js'
import { sorted, WrittenDistribution } from './written-distribution.js'

const distribution = new WrittenDistribution()
afterAll(() => distribution.remove())

const placed = {
  nodeSelector: { pool: 'system' },
  tolerations: [{ key: 'system', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
  imagePullSecrets: [{ name: 'registry' }],
  priorityClassName: 'system-cluster-critical',
}

function expectSame(given: GivenValues, namespace: string): void {
  const rendered = distribution.chart('holdfast', given, namespace)
  expect(sorted(rendered)).toEqual(sorted(expectedObjects(given, namespace)))
}

describe('the chart gives exactly the objects of the construct', () => {
  test('with its own values, except for the namespace that Helm is told', () => {
    const expected = constructObjects({ crds: false }).filter(({ kind }) => kind !== 'Namespace')
    expect(sorted(distribution.chart('holdfast'))).toEqual(sorted(expected))
  })

  test.each<[string, GivenValues]>([
    ['two controllers', { replicas: 2 }],
    ['none', { replicas: 0 }],
    ['an existing Pushgateway', { pushgateway: { url: 'http://pushgateway.monitoring.svc:9091' } }],
    ['no Pushgateway at all', { pushgateway: { url: '' } }],
    ['storage of a class', { pushgateway: { storage: '10Gi', storageClassName: 'fast' } }],
    ['more memory, and no request of CPU', { resources: { requests: { cpu: null }, limits: { memory: '1Gi' } } }],
    ['no limits', { resources: { limits: null } }],
    ['nodes of its own and a private registry', { pod: placed }],
    ['a Pushgateway on other nodes', { pod: placed, pushgateway: { pod: { nodeSelector: { pool: 'storage' } } } }],
    ['a Pushgateway on any node', { pod: placed, pushgateway: { pod: {} } }],
    ['settings of pods that say nothing', { pod: { nodeSelector: {}, tolerations: [], imagePullSecrets: [] } }],
    ['folders and earlier images', { repositoryFolders: ['/srv', 'nas:/exports'], trustedImages: ['a:1', 'b:2'] }],
    ['its namespace', { createNamespace: true }],
    ['nothing that is optional', { functions: false, teamRoles: false, pushgateway: { url: '' } }],
  ])('with %s', (_what, given) => {
    expectSame(given, 'elsewhere')
  })

  test('with any values', () => {
    fc.assert(fc.property(anyValues, anyNamespace, expectSame), { numRuns: 40 })
  }, 120_000)
})

test('the chart of definitions gives those of the construct, which Helm never deletes', () => {
  const kept = constructObjects()
    .filter(isDefinition)
    .map(({ metadata, ...object }) => ({
      ...object,
      metadata: { ...metadata, annotations: { ...metadata.annotations, 'helm.sh/resource-policy': 'keep' } },
    }))
  expect(sorted(distribution.chart('holdfast-crds'))).toEqual(sorted(kept))
})

describe('values that the construct would refuse are refused by the chart', () => {
  test.each<[string, object]>([
    ['replica', { replica: 2 }],
    ['replicas', { replicas: -1 }],
    ['replicas', { replicas: '2' }],
    ['image', { image: '' }],
    ['clusterName', { clusterName: 'a\nb' }],
    ['resources/limits/memory', { resources: { limits: { memory: 'lots' } } }],
    ['pushgateway/url', { pushgateway: { url: 'ftp://x' } }],
    ['pushgateway', { pushgateway: { image: null } }],
    ['repositoryFolders/0', { repositoryFolders: ['nowhere'] }],
    ['pod', { pod: { nodeName: 'one' } }],
    ['pod', { pod: null }],
    ['pod/tolerations/0/effect', { pod: { tolerations: [{ effect: 'Never' }] } }],
    ['pushgateway/pod', { pushgateway: { pod: { nodeSelectors: {} } } }],
  ])('%s: %j', (field, values) => {
    // Helm 3 writes a.b, Helm 4 /a/b.
    const wrong = new RegExp(`don't meet the specifications[^]*\\b${field.replaceAll('/', '[./]')}\\b`)
    expect(() => distribution.chart('holdfast', values)).toThrow(wrong)
  })
})

test('helm lint has nothing to say about either chart but that they have no picture', () => {
  const said = distribution.helm(
    'lint',
    '--strict',
    distribution.path('chart/holdfast'),
    distribution.path('chart/holdfast-crds'),
  )
  const lines = said.split('\n').filter(line => /^\[/.test(line))
  expect(lines).toEqual(['[INFO] Chart.yaml: icon is recommended', '[INFO] Chart.yaml: icon is recommended'])
  expect(said).toContain('2 chart(s) linted, 0 chart(s) failed')
})

test('both charts have the version of this release', () => {
  for (const name of ['holdfast', 'holdfast-crds']) {
    const said = distribution.helm('show', 'chart', distribution.path('chart', name))
    expect(said).toContain(`\nversion: ${version}\n`)
    expect(said).toContain(`appVersion: ${version}\n`)
  }
})
