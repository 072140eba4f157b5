import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { readClusterState } from '../../cli/version/cluster-state.js'
import { ageOf, tagOf } from '../../cli/version/release.js'
import { standingOf } from '../../cli/version/standing.js'
import { upgradeSteps } from '../../cli/version/upgrade-steps.js'
import { version } from '../../lib/version.js'
import { CONFIGURATIONS, FUNCTIONS, TASKS } from '../../runtime/controller/objects.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { systemObjects } from '../behaviour/cluster-system.js'
import { CUSTOM_RESOURCE_DEFINITIONS, DEPLOYMENTS } from '../behaviour/kube-resource.js'
import { head, image, old, sameBuiltIns, sameDefinitions, VersionCluster } from './version-cluster.js'

let cluster: VersionCluster
beforeEach(async () => {
  cluster = await VersionCluster.start()
})
afterEach(() => cluster.stop())

describe('holdfast version --check', () => {
  test('says that nothing is to be done where everything is of this release', async () => {
    await cluster.installed()
    await cluster.policyOf()
    const { text, failure, table } = await cluster.run()
    expect(failure).toBe('')
    expect(table).toEqual([
      head,
      ['command', version],
      sameDefinitions,
      ['controller in holdfast-system', image, '1 of 1 ready'],
      sameBuiltIns,
      ['templates', '-', '1 current'],
    ])
    expect(text).toContain('nothing is to be done')
  })

  test('says of a cluster without Holdfast that it is to be installed, and nothing else', async () => {
    const { failure, table } = await cluster.run()
    expect(failure).toBe('1 thing is to be done')
    expect(table).toEqual([
      head,
      ['command', version],
      ['definitions', '-', 'absent'],
      ['controller', '-', 'absent'],
      ['Functions and Tasks', '-', 'absent'],
      ['templates', '-', 'no policy'],
    ])
    expect(await cluster.steps()).toEqual([expect.stringMatching(/^install Holdfast/)])
  })

  test('names the order of an upgrade: the system first, trust for the old templates, then the policies', async () => {
    await cluster.installed({}, old)
    await cluster.policyOf(old)
    expect(await cluster.steps()).toEqual([
      `apply the system of ${version} before any policy of it: the controller is holdfast.dev/holdfast:0.0.9`,
    ])
    await cluster.installed()
    expect(await cluster.steps()).toEqual([
      expect.stringMatching(
        /^list holdfast\.dev\/holdfast:0\.0\.9 in trustedImages .* shop\/orders end ImageNotTrusted$/,
      ),
      expect.stringMatching(/^synthesize again and commit: the templates of shop\/orders are of another release$/),
    ])
    await cluster.installed({ trustedImages: [old] })
    expect(await cluster.steps()).toEqual([expect.stringMatching(/^synthesize again and commit: .*shop\/orders/)])
    await cluster.policyOf()
    expect(await cluster.steps()).toEqual([
      'take holdfast.dev/holdfast:0.0.9 out of trustedImages: no template uses it any more',
    ])
  })

  test('finds a template that was made from other fields', async () => {
    await cluster.installed()
    await cluster.policyOf()
    await cluster.client.mergePatch(CONFIGURATIONS, 'orders', 'shop', { spec: { timeOut: '1h' } })
    expect(await cluster.steps()).toEqual([
      expect.stringMatching(/shop\/orders were made from other fields.*TemplateStale$/),
    ])
  })

  test('tells an older definition from a newer one, and sends a command that is behind home', async () => {
    await cluster.installed()
    const change = (release: string) =>
      cluster.client.mergePatch(CUSTOM_RESOURCE_DEFINITIONS, 'repositories.holdfast.dev', undefined, {
        metadata: { labels: { 'app.kubernetes.io/version': release } },
      })
    const all = systemObjects(image).filter(({ kind }) => kind === 'CustomResourceDefinition')
    for (const { metadata } of all) await relabelled(metadata.name, '0.0.9')
    await shrunk('repositories.holdfast.dev')
    expect(await cluster.steps()).toEqual([
      `apply the system of ${version} before any policy of it: the definitions of repositories are of 0.0.9`,
    ])
    for (const { metadata } of all) await relabelled(metadata.name, '99.0.0')
    expect(await cluster.steps()).toEqual([
      `upgrade this command and the library of the policies: they are ${version}, the cluster has 99.0.0`,
    ])
    await change('0.0.9')
    expect(await cluster.steps()).toEqual([
      `find out whether the definitions in the cluster are older or newer than ${version}: those of repositories are others, and name no single release. If older, apply the system of ${version} before any policy of it; if newer, upgrade this command`,
    ])
    expect((await cluster.run()).table[2]).toEqual([
      'definitions',
      '-',
      'older or newer, which is not known: repositories differs',
    ])
  })

  test('finds definitions of which objects may be stored in two versions', async () => {
    await cluster.installed()
    const state = await readClusterState(cluster.client)
    const status = { storedVersions: ['v1alpha1', 'v1beta1'] }
    const definitions = state.definitions.map(each =>
      each.metadata.name === 'repositories.holdfast.dev' ? { ...each, status } : each,
    )
    expect(upgradeSteps(standingOf({ ...state, definitions }))).toEqual([
      expect.stringMatching(/^store the objects of repositories\.holdfast\.dev \(v1alpha1, v1beta1\) in one version/),
    ])
  })

  test('finds built-in Functions that somebody changed, and that no controller runs', async () => {
    await cluster.installed({ replicas: 0 })
    await cluster.client.mergePatch(FUNCTIONS, 'pvc-backup', undefined, { spec: { workingDir: '/tmp' } })
    expect(await cluster.steps()).toEqual([
      `apply the system of ${version} before any policy of it: Function pvc-backup differs`,
      expect.stringMatching(/^start a controller: none runs/),
    ])
    const change = { spec: { replicas: 1, template: { spec: { serviceAccountName: 'absent' } } } }
    await cluster.client.mergePatch(DEPLOYMENTS, 'holdfast-controller', 'holdfast-system', change)
    expect((await cluster.steps()).at(-1)).toBe(
      'see why 0 of 1 controllers are ready: kubectl get pods -n holdfast-system',
    )
  })

  test('finds built-in Functions and Tasks that are not there', async () => {
    await cluster.installed()
    await cluster.client.delete(FUNCTIONS, 'pvc-backup', undefined)
    await cluster.client.delete(TASKS, 'pvc-restore', undefined)
    const { table, todo } = await cluster.run()
    const words = 'Function pvc-backup, Task pvc-restore are absent'
    expect(table.at(-2)).toEqual(['Functions and Tasks', '-', words])
    expect(todo).toEqual([`1. apply the system of ${version} before any policy of it: ${words}`])
  })

  test('without --check prints the version and asks nobody', async () => {
    process.env['KUBECONFIG'] = join(cluster.folder, 'absent')
    expect(await cluster.run({ check: false })).toMatchObject({ text: `${version}\n`, failure: '' })
    expect(JSON.parse((await cluster.run({ check: false, output: 'json' })).text)).toEqual({ command: version })
  })
})

async function relabelled(name: string, release: string): Promise<void> {
  const metadata = { labels: { 'app.kubernetes.io/version': release } }
  await cluster.client.mergePatch(CUSTOM_RESOURCE_DEFINITIONS, name, undefined, { metadata })
}

/** Takes a field out of a definition, as a release that did not have it yet. */
async function shrunk(name: string): Promise<void> {
  const definition = await cluster.client.get<KubeObject & { spec: Shrinkable }>(CUSTOM_RESOURCE_DEFINITIONS, name)
  const [first] = definition.spec.versions
  const spec = first?.schema.openAPIV3Schema.properties['spec']
  delete spec?.properties['clusterName']
  await cluster.client.replace(CUSTOM_RESOURCE_DEFINITIONS, definition)
}

interface Shrinkable {
  readonly versions: readonly {
    readonly schema: {
      readonly openAPIV3Schema: { readonly properties: Record<string, { properties: Record<string, unknown> }> }
    }
  }[]
}

test.each([
  ['0.1.0', '0.2.0', 'older'],
  ['0.10.0', '0.9.9', 'newer'],
  ['v1.2.3', '1.2.3', 'same'],
  ['dev', '1.2.3', 'unknown'],
  [undefined, '1.2.3', 'unknown'],
])('release %s is, beside %s, %s', (a, b, age) => {
  expect(ageOf(a, b)).toBe(age)
})

test.each([
  ['holdfast.dev/holdfast:0.1.0', '0.1.0'],
  ['registry:5000/holdfast:0.1.0@sha256:abc', '0.1.0'],
  ['registry:5000/holdfast', undefined],
])('the tag of %s is %s', (image, tag) => {
  expect(tagOf(image)).toBe(tag)
})
