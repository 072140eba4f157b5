import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { version } from '../../lib/version.js'
import { FUNCTIONS, REPOSITORIES } from '../../runtime/controller/objects.js'
import { LEASES } from '../../runtime/kube/resource.js'
import { DEPLOYMENTS } from '../behaviour/kube-resource.js'
import { head, image, old, pinned, sameBuiltIns, sameDefinitions, VersionCluster } from './version-cluster.js'

// What `holdfast version --check` cannot know, it must neither call absent nor fine.
let cluster: VersionCluster
beforeEach(async () => {
  cluster = await VersionCluster.start()
})
afterEach(() => cluster.stop())

describe('holdfast version --check, of a controller that is pinned by digest', () => {
  const labelled = (release: string) => ({ 'app.kubernetes.io/version': release })
  const lease = (release: string) => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'holdfast-controller', namespace: 'holdfast-system', labels: labelled(release) },
    spec: { holderIdentity: 'controller' },
  })
  const controllerRow = async () =>
    (await cluster.run()).table.find(([what]) => what === 'controller in holdfast-system')
  beforeEach(async () => {
    await cluster.installed({}, pinned)
    await cluster.policyOf(pinned)
  })

  test('says that its release is not known, and fails', async () => {
    const { failure, table, todo } = await cluster.run()
    expect(failure).toBe('1 thing is to be done')
    expect(table).toEqual([
      head,
      ['command', version],
      sameDefinitions,
      ['controller in holdfast-system', pinned, 'of which release is not known, 1 of 1 ready'],
      sameBuiltIns,
      ['templates', '-', '1 current'],
    ])
    expect(todo).toEqual([
      `1. find out of which release the controller in holdfast-system is: neither the tag of ${pinned}, nor a label app.kubernetes.io/version of its Lease or Deployment, says it`,
    ])
  })

  test('believes what the leader wrote on its Lease', async () => {
    await cluster.client.create(LEASES, lease(version))
    expect((await cluster.run()).failure).toBe('')
    expect(await controllerRow()).toEqual([
      'controller in holdfast-system',
      `${pinned} (${version} by its Lease)`,
      '1 of 1 ready',
    ])
    await cluster.client.mergePatch(LEASES, 'holdfast-controller', 'holdfast-system', {
      metadata: { labels: labelled('0.0.9') },
    })
    expect(await controllerRow()).toEqual([
      'controller in holdfast-system',
      `${pinned} (0.0.9 by its Lease)`,
      'older, 1 of 1 ready',
    ])
    expect(await cluster.steps()).toEqual([
      `apply the system of ${version} before any policy of it: the controller is ${pinned} (0.0.9 by its Lease)`,
    ])
  })

  test('else the label that people gave its Deployment', async () => {
    const metadata = { labels: labelled('99.0.0') }
    await cluster.client.mergePatch(DEPLOYMENTS, 'holdfast-controller', 'holdfast-system', { metadata })
    expect(await cluster.steps()).toEqual([
      `upgrade this command and the library of the policies: they are ${version}, the cluster has ${pinned} (99.0.0 by its label)`,
    ])
  })
})
describe('holdfast version --check, to somebody who may not list', () => {
  const all = ['customresourcedefinitions', 'deployments', 'functions', 'tasks', 'repositories', 'backupconfigurations']
  beforeEach(async () => {
    await cluster.installed()
    await cluster.policyOf()
  })

  test('anything, calls everything not known, and nothing absent or fine', async () => {
    const { failure, table, todo } = await cluster.refused(all)
    expect(failure).toBe('6 things are to be done')
    expect(table).toEqual([
      head,
      ['command', version],
      ['definitions', '-', 'not known: customresourcedefinitions may not be listed'],
      ['controller', '-', 'not known: deployments may not be listed'],
      ['Functions and Tasks', '-', 'not known: functions and tasks may not be listed'],
      ['templates', '-', 'not known: backupconfigurations may not be listed'],
    ])
    expect(todo).toEqual(
      [...all]
        .sort()
        .map((each, n) => `${n + 1}. ask somebody who may list ${each}: what is to be done about them is not known`),
    )
    const { text } = await cluster.refused(all, { output: 'json' })
    expect(JSON.parse(text)).toMatchObject({
      definitions: { age: 'unknown', absent: [] },
      absentBuiltIns: [],
      hidden: [...all].sort(),
    })
  })

  test.each([
    ['customresourcedefinitions', 'definitions', 'not known: customresourcedefinitions may not be listed'],
    ['deployments', 'controller', 'not known: deployments may not be listed'],
    ['functions', 'Functions and Tasks', 'not known: functions may not be listed'],
    ['tasks', 'Functions and Tasks', 'not known: tasks may not be listed'],
    ['repositories', 'templates', '1 unknown'],
    ['backupconfigurations', 'templates', 'not known: backupconfigurations may not be listed'],
  ])('%s alone, says so of the %s', async (resource, what, words) => {
    const { failure, table, todo } = await cluster.refused([resource])
    expect(failure).toBe('1 thing is to be done')
    expect(table.find(([cell]) => cell === what)?.at(-1)).toBe(words)
    expect(todo).toEqual([`1. ask somebody who may list ${resource}: what is to be done about them is not known`])
  })

  test('functions, does not take the image of one for a foreign image', async () => {
    const own = 'registry.example.com/own-step:1'
    await cluster.client.mergePatch(FUNCTIONS, 'update-status', undefined, { spec: { image: own } })
    await cluster.policyOf(own)
    const { table, todo } = await cluster.refused(['functions'])
    expect(table.at(-1)).toEqual(['templates', '-', '1 unknown'])
    expect(todo.join()).not.toContain('trustedImages')
  })
})
describe('holdfast version --check, of one namespace', () => {
  test('finds the Repository of a policy in another one, and says which one is not there', async () => {
    await cluster.installed()
    await cluster.policyOf(image, 'stores')
    const { failure, table } = await cluster.run({ namespace: 'shop' })
    expect([failure, table.at(-1)]).toEqual(['', ['templates', '-', '1 current']])
    await cluster.client.delete(REPOSITORIES, 'store', 'stores')
    const later = await cluster.run({ namespace: 'shop' })
    expect(later.table.at(-1)).toEqual(['templates', '-', '1 unknown'])
    expect(later.todo).toEqual([
      '1. write the Repository stores/store, or name another one: without it nobody can say whether the templates of shop/orders fit it',
    ])
  })

  test('does not call an image unused that another namespace may use', async () => {
    await cluster.installed({ trustedImages: [old] })
    await cluster.policyOf()
    expect(await cluster.run({ namespace: 'shop' })).toMatchObject({ failure: '', todo: [] })
    expect((await cluster.steps()).join()).toContain(`take ${old} out of trustedImages`)
    expect((await cluster.run({ namespace: 'other' })).table.at(-1)).toEqual(['templates', '-', 'no policy in other'])
  })
})
