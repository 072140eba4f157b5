import { describe, expect, test } from '@jest/globals'
import {
  Backend,
  Holdfast,
  MoverNetworkPolicies,
  type MoverNetworkPoliciesProps,
  Repository,
  Retention,
  Schedule,
  SystemNetworkPolicies,
  VolumeBackup,
} from '../../constructs/index.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { compiled } from '../behaviour/policy.js'
import { at } from '../constructs/policy-app.js'
import { podTemplates } from './job-pods.js'
import { type End, isAllowed } from './network-evaluator.js'

const image = 'holdfast.dev/holdfast:dev'
const store = Backend.s3({ endpoint: 'https://203.0.113.7:9000', bucket: 'b', secretName: 's' })

const inShop = (props: Partial<MoverNetworkPoliciesProps> = {}, backend = store) =>
  compiled(image, { namespace: 'shop' }, chart => {
    const repository = new Repository(chart, 'store', { backend })
    new VolumeBackup(chart, 'orders', {
      claim: 'orders',
      repository,
      schedule: Schedule.daily({ at: '03:00', timeZone: 'UTC' }),
      retention: Retention.keep({ daily: 7 }),
    })
    new MoverNetworkPolicies(chart, 'network', { repositories: [repository], ...props })
  }) as unknown as ManifestObject[]

const system = compiled(image, {}, chart => {
  new Holdfast(chart, 'holdfast')
  new SystemNetworkPolicies(chart, 'network', { apiServer: [{ cidr: '192.0.2.0/28' }] })
}) as unknown as ManifestObject[]

/** The labels that the pods of a manifest really get. */
function podOf(manifests: readonly ManifestObject[], kind: string, name: string): End {
  const found = manifests.find(object => object.kind === kind && object.metadata.name === name)
  const path = kind === 'CronJob' ? 'spec.jobTemplate.spec.template.metadata.labels' : 'spec.template.metadata.labels'
  const labels = at<Record<string, string>>(found, path)
  return { address: '10.0.0.1', pod: { namespace: found?.metadata.namespace ?? '', labels } }
}

const { labels } = podTemplates({}).backup.metadata
const mover: End = { address: '10.0.1.1', pod: { namespace: 'shop', labels } }
const controller = podOf(system, 'Deployment', 'holdfast-controller')
const pushgateway = podOf(system, 'Deployment', 'holdfast-pushgateway')
const app: End = { address: '10.0.1.2', pod: { namespace: 'shop', labels: { app: 'orders' } } }
const prometheus: End = { address: '10.0.3.1', pod: { namespace: 'monitoring', labels: { app: 'prometheus' } } }
const dns: End = { address: '10.0.4.1', pod: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } } }
const api: End = { address: '192.0.2.3' }
const storeEnd: End = { address: '203.0.113.7' }
const internet: End = { address: '198.51.100.9' }

describe('in a namespace with policies', () => {
  const shop = inShop({ apiServer: [{ cidr: '192.0.2.0/28' }], stores: [{ cidr: '203.0.113.0/24' }] })
  const trigger = podOf(shop, 'CronJob', 'orders-trigger')
  const all = [...system, ...shop]

  test.each<[string, End, End, number, 'TCP' | 'UDP', boolean]>([
    ['a mover asks the name servers', mover, dns, 53, 'UDP', true],
    ['a mover asks them by TCP', mover, dns, 53, 'TCP', true],
    ['a mover reaches the store at its port', mover, storeEnd, 9000, 'TCP', true],
    ['a mover reaches no other port of the store', mover, storeEnd, 22, 'TCP', false],
    ['a mover reaches no other address', mover, internet, 9000, 'TCP', false],
    ['a mover reaches the Pushgateway', mover, pushgateway, 9091, 'TCP', true],
    ['a mover reaches no API server', mover, api, 6443, 'TCP', false],
    ['a mover reaches no application', mover, app, 8080, 'TCP', false],
    ['nobody reaches a mover', app, mover, 8080, 'TCP', false],
    ['a trigger reaches the API server', trigger, api, 6443, 'TCP', true],
    ['a trigger asks the name servers', trigger, dns, 53, 'UDP', true],
    ['a trigger reaches no store', trigger, storeEnd, 9000, 'TCP', false],
    ['a trigger reaches no Pushgateway', trigger, pushgateway, 9091, 'TCP', false],
    ['an application is left as it was', app, internet, 443, 'TCP', true],
    ['an application is reached as before', internet, app, 443, 'TCP', true],
    ['the controller reaches the API server', controller, api, 443, 'TCP', true],
    ['the controller asks the name servers', controller, dns, 53, 'UDP', true],
    ['the controller reaches the Pushgateway', controller, pushgateway, 9091, 'TCP', true],
    ['the controller reaches no store', controller, storeEnd, 9000, 'TCP', false],
    ['the controller’s metrics are read', prometheus, controller, 8080, 'TCP', true],
    ['the controller has no other open port', prometheus, controller, 9229, 'TCP', false],
    ['the Pushgateway’s metrics are read', prometheus, pushgateway, 9091, 'TCP', true],
    ['the Pushgateway reaches nobody', pushgateway, internet, 443, 'TCP', false],
    ['nobody reaches the controller from outside', internet, controller, 8080, 'TCP', false],
  ])('%s', (_, from, to, port, protocol, allowed) => {
    expect(isAllowed(all, { from, to, port, protocol })).toBe(allowed)
  })

  test.each(Object.entries(podTemplates({})))('the pod of a %s Job is a mover’s', (_, { metadata }) => {
    const from: End = { address: '10.0.1.1', pod: { namespace: 'shop', labels: metadata.labels } }
    expect(isAllowed(all, { from, to: storeEnd, port: 9000 })).toBe(true)
    expect(isAllowed(all, { from, to: internet, port: 443 })).toBe(false)
  })
})

test('only those that are named read the metrics, and nobody else reaches the Pushgateway', () => {
  const closed = compiled(image, {}, chart => {
    new SystemNetworkPolicies(chart, 'network', {
      scrapers: [{ namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    })
  }) as unknown as ManifestObject[]
  const reach = (from: End, to: End, port: number) => isAllowed(closed, { from, to, port })
  expect([reach(prometheus, controller, 8080), reach(app, controller, 8080)]).toEqual([true, false])
  expect([reach(prometheus, pushgateway, 9091), reach(app, pushgateway, 9091)]).toEqual([true, false])
  expect(reach(mover, pushgateway, 9091)).toBe(true)
})

describe('name servers at another port than 53', () => {
  const openShift = {
    namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } },
    pods: { matchLabels: { 'dns.operator.openshift.io/daemonset-dns': 'default' } },
    ports: [5353],
  }
  const server: End = {
    address: '10.0.5.1',
    pod: { namespace: 'openshift-dns', labels: { 'dns.operator.openshift.io/daemonset-dns': 'default' } },
  }
  const all = [
    ...inShop({ dns: [openShift] }),
    ...(compiled(image, {}, chart => {
      new SystemNetworkPolicies(chart, 'network', { dns: [openShift] })
    }) as unknown as ManifestObject[]),
  ]

  test.each([
    ['a mover', mover],
    ['a trigger', podOf(inShop(), 'CronJob', 'orders-trigger')],
    ['the controller', controller],
  ])('are asked by %s with UDP and with TCP, and there alone', (_, from) => {
    const reached = (port: number, protocol: 'TCP' | 'UDP') => isAllowed(all, { from, to: server, port, protocol })
    expect([reached(5353, 'UDP'), reached(5353, 'TCP'), reached(53, 'UDP')]).toEqual([true, true, false])
  })

  test('no other peer is reached by UDP', () => {
    const shop = inShop({ stores: [{ cidr: '203.0.113.0/24', ports: [9000] }], further: [{ any: true, ports: [443] }] })
    const reached = (port: number, protocol: 'TCP' | 'UDP') =>
      isAllowed(shop, { from: mover, to: storeEnd, port, protocol })
    expect([reached(9000, 'TCP'), reached(9000, 'UDP'), reached(443, 'TCP'), reached(443, 'UDP')]).toEqual([
      true,
      false,
      true,
      false,
    ])
  })
})

describe('where a block of addresses holds nothing of the cluster itself, as Cilium has it', () => {
  const open = [
    ...inShop({ kubernetesAccess: true }),
    ...(compiled(image, {}, chart => {
      new SystemNetworkPolicies(chart, 'network')
    }) as unknown as ManifestObject[]),
  ]
  const nodeApi: End = { address: '192.0.2.3', isNode: true }
  const ownStore: End = { address: '10.0.6.1', pod: { namespace: 'minio', labels: { app: 'minio' } } }
  const reached = (from: End, to: End, port: number) => isAllowed(open, { from, to, port, outsideBlocks: true })

  test('controller, triggers and movers that may, reach an API server on a node', () => {
    const trigger = podOf(open, 'CronJob', 'orders-trigger')
    for (const from of [controller, trigger, mover]) {
      expect([443, 6443, 22].map(port => reached(from, nodeApi, port))).toEqual([true, true, false])
    }
  })

  test('a mover reaches a store in the cluster and one outside, at its port alone', () => {
    for (const to of [ownStore, storeEnd])
      expect([9000, 22].map(port => reached(mover, to, port))).toEqual([true, false])
  })

  test('a block does not let anybody to that API server, and a peer of any does', () => {
    const closed = inShop({ kubernetesAccess: true, apiServer: [{ cidr: '0.0.0.0/0' }] })
    const named = inShop({ kubernetesAccess: true, apiServer: [{ any: true, ports: [6443] }] })
    const may = (shop: readonly ManifestObject[], port: number) =>
      isAllowed(shop, { from: mover, to: nodeApi, port, outsideBlocks: true })
    expect([may(closed, 6443), may(named, 6443), may(named, 443)]).toEqual([false, true, false])
  })
})

describe('what a policy needs beside its store', () => {
  test('hooks and notifications reach whom they name, at every port or those given', () => {
    const shop = inShop({
      further: [{ cidr: '198.51.100.0/24', ports: [443] }, { pods: { matchLabels: { app: 'orders' } } }],
    })
    const reach = (to: End, port: number) => isAllowed(shop, { from: mover, to, port })
    expect([reach(internet, 443), reach(internet, 80), reach(app, 5432)]).toEqual([true, false, true])
  })

  test('a Function with kubernetesAccess reaches the API server when that is asked for', () => {
    const toApi = (props: Partial<MoverNetworkPoliciesProps>) =>
      isAllowed(inShop(props), { from: mover, to: api, port: 6443 })
    expect([toApi({}), toApi({ kubernetesAccess: true })]).toEqual([false, true])
  })

  test('a repository on a mounted volume opens no port', () => {
    const shop = inShop({}, Backend.local({ claimName: 'c', secretName: 's' }))
    for (const port of [443, 80, 9000]) expect(isAllowed(shop, { from: mover, to: storeEnd, port })).toBe(false)
  })

  test('a Swift store is found through Keystone, and at other ports by those in further', () => {
    const swift = Backend.swift({ container: 'c', secretName: 's' })
    const reached = (props: Partial<MoverNetworkPoliciesProps>) =>
      [443, 5000, 8080].filter(port => isAllowed(inShop(props, swift), { from: mover, to: storeEnd, port }))
    expect(reached({})).toEqual([443, 5000])
    expect(reached({ further: [{ cidr: '203.0.113.0/24', ports: [8080] }] })).toEqual([443, 5000, 8080])
  })

  test('a Repository that is written elsewhere has to be told of', () => {
    const build = (further: MoverNetworkPoliciesProps['further']) => () =>
      compiled(image, { namespace: 'shop' }, chart => {
        const repository = Repository.fromRepositoryName(chart, 'far', { name: 'far', namespace: 'stores' })
        new MoverNetworkPolicies(chart, 'network', {
          repositories: [repository],
          ...(further === undefined ? {} : { further }),
        })
      })
    expect(build(undefined)).toThrow('repositories: the store of far is not known here; use Repository.fromManifest')
    expect(build([{ cidr: '203.0.113.0/24' }])).not.toThrow()
  })

  test('what is no block of addresses or no port is said with its place', () => {
    expect(() => inShop({ stores: [{ cidr: 'store.example.com' }] })).toThrow(/stores\[0\]\.cidr/)
    expect(() => inShop({ further: [{ cidr: '203.0.113.0/24', ports: [0] }] })).toThrow(/further\[0\]\.ports\[0\]/)
  })

  test('a peer that would open more than it says is refused: of two kinds, or with an empty list of ports', () => {
    const block = '203.0.113.0/24'
    expect(() => inShop({ stores: [{ any: true, cidr: block }] })).toThrow(
      'stores[0]: any and cidr cannot be combined; write a peer for each',
    )
    expect(() => inShop({ stores: [{ cidr: block, pods: {} }] })).toThrow(
      'stores[0]: cidr and namespaces or pods cannot be combined',
    )
    expect(() => inShop({ stores: [{ any: true, except: [block] }] })).toThrow('stores[0].except: except takes')
    expect(() => inShop({ further: [{ cidr: block, ports: [] }] })).toThrow(/further\[0\]\.ports/)
  })
})
