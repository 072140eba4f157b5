import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Terminal } from '../../cli/display/terminal.js'
import { UserError } from '../../cli/user-error.js'
import { readClusterState } from '../../cli/version/cluster-state.js'
import { ageOf, tagOf } from '../../cli/version/release.js'
import { standingOf } from '../../cli/version/standing.js'
import { upgradeSteps } from '../../cli/version/upgrade-steps.js'
import { checkVersion, type VersionOptions } from '../../cli/version/version-command.js'
import { Backend, Repository, Retention, Schedule, VolumeBackup } from '../../constructs/index.js'
import { version } from '../../lib/version.js'
import { CONFIGURATIONS, FUNCTIONS } from '../../runtime/controller/objects.js'
import { KubeClient } from '../../runtime/kube/client.js'
import { loadEndpoint } from '../../runtime/kube/credentials.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { type ContainerProcess, type Exit, Sandbox } from '../../sandbox/index.js'
import { apply } from '../behaviour/apply.js'
import { type DeploymentObject, systemObjects } from '../behaviour/cluster-system.js'
import { eventually } from '../behaviour/eventually.js'
import { CUSTOM_RESOURCE_DEFINITIONS, DEPLOYMENTS } from '../behaviour/kube-resource.js'
import { compiled } from '../behaviour/policy.js'

const image = `holdfast.dev/holdfast:${version}`
const old = 'holdfast.dev/holdfast:0.0.9'
const needed = /^(CustomResourceDefinition|Namespace|ServiceAccount|Deployment|Function|Task)$/
const folder = mkdtempSync(join(tmpdir(), 'holdfast-version-'))
const before = process.env['KUBECONFIG']
let sandbox: Sandbox
let client: KubeClient

beforeEach(async () => {
  sandbox = await Sandbox.start({
    stateFolder: folder,
    images: Object.fromEntries([image, old].map(name => [name, { entrypoint: ['controller'] }])),
    launcher: { mode: 'rewriting', start: untilKilled, reveal: text => text },
  })
  process.env['KUBECONFIG'] = sandbox.kubeconfigPath
  client = new KubeClient(await loadEndpoint({ kubeconfig: sandbox.kubeconfigPath }))
})
afterEach(async () => {
  client.close()
  await sandbox.stop()
  if (before === undefined) delete process.env['KUBECONFIG']
  else process.env['KUBECONFIG'] = before
  rmSync(folder, { recursive: true, force: true })
})

/** A container that does nothing, for ever. */
function untilKilled(): ContainerProcess {
  let end: (exit: Exit) => void = () => {}
  const exited = new Promise<Exit>(resolve => {
    end = resolve
  })
  return { started: Promise.resolve(), exited, terminate: () => end({ code: 0 }), kill: () => end({ code: 137 }) }
}

async function installed(props: Parameters<typeof systemObjects>[1] = {}, of = image): Promise<void> {
  await apply(
    client,
    systemObjects(of, { pushgateway: { url: '' }, ...props }).filter(({ kind }) => needed.test(kind)),
  )
  if (props.replicas === 0) return
  await eventually(
    async () => {
      const { metadata, status } = await client.get<DeploymentObject>(
        DEPLOYMENTS,
        'holdfast-controller',
        'holdfast-system',
      )
      const seen = status?.observedGeneration === metadata.generation
      return seen && status?.readyReplicas === 1 ? true : undefined
    },
    20,
    () => 'the controller does not become ready',
  )
}

async function policyOf(of = image): Promise<void> {
  const objects = compiled(of, { namespace: 'shop' }, chart => {
    const backend = Backend.local({ claimName: 'store', secretName: 'store-keys' })
    const repository = new Repository(chart, 'store', { backend })
    const retention = Retention.keep({ last: 5 })
    new VolumeBackup(chart, 'orders', { claim: 'orders', repository, retention, schedule: Schedule.cron('0 3 * * *') })
  })
  const kinds = ['Repository', 'BackupConfiguration']
  await apply(client, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    ...objects.filter(({ kind }) => kinds.includes(kind)),
  ])
}

/** What the command prints, and why it fails. */
async function run(options: Partial<VersionOptions> = {}): Promise<{ text: string; failure: string }> {
  let text = ''
  const terminal = new Terminal({ write: (part: string) => (text += part) }, {})
  const failure = await checkVersion({ check: true, output: 'table', ...options }, terminal).then(
    () => '',
    (error: unknown) => {
      if (error instanceof UserError) return error.message
      throw error
    },
  )
  return { text, failure }
}
const steps = async () => JSON.parse((await run({ output: 'json' })).text).steps as readonly string[]

describe('holdfast version --check', () => {
  test('says that nothing is to be done where everything is of this release', async () => {
    await installed()
    await policyOf()
    const { text, failure } = await run()
    expect(failure).toBe('')
    expect(text).toMatch(new RegExp(`definitions +${version} +as this release has them`))
    expect(text).toMatch(new RegExp(`controller in holdfast-system +${image} +1 of 1 ready`))
    expect(text).toMatch(/templates +- +1 current/)
    expect(text).toContain('nothing is to be done')
  })

  test('says of a cluster without Holdfast that it is to be installed, and nothing else', async () => {
    expect(await run()).toMatchObject({ failure: '1 thing is to be done' })
    expect(await steps()).toEqual([expect.stringMatching(/^install Holdfast/)])
  })

  test('names the order of an upgrade: the system first, trust for the old templates, then the policies', async () => {
    await installed({}, old)
    await policyOf(old)
    expect(await steps()).toEqual([
      `apply the system of ${version} before any policy of it: the controller is holdfast.dev/holdfast:0.0.9`,
    ])
    await installed()
    expect(await steps()).toEqual([
      expect.stringMatching(
        /^list holdfast\.dev\/holdfast:0\.0\.9 in trustedImages .* shop\/orders end ImageNotTrusted$/,
      ),
      expect.stringMatching(/^synthesize again and commit: the templates of shop\/orders are of another release$/),
    ])
    await installed({ trustedImages: [old] })
    expect(await steps()).toEqual([expect.stringMatching(/^synthesize again and commit: .*shop\/orders/)])
    await policyOf()
    expect(await steps()).toEqual([
      'take holdfast.dev/holdfast:0.0.9 out of trustedImages: no template uses it any more',
    ])
  })

  test('finds a template that was made from other fields', async () => {
    await installed()
    await policyOf()
    await client.mergePatch(CONFIGURATIONS, 'orders', 'shop', { spec: { timeOut: '1h' } })
    expect(await steps()).toEqual([expect.stringMatching(/shop\/orders were made from other fields.*TemplateStale$/)])
  })

  test('tells an older definition from a newer one, and sends a command that is behind home', async () => {
    await installed()
    const change = (release: string) =>
      client.mergePatch(CUSTOM_RESOURCE_DEFINITIONS, 'repositories.holdfast.dev', undefined, {
        metadata: { labels: { 'app.kubernetes.io/version': release } },
      })
    const all = systemObjects(image).filter(({ kind }) => kind === 'CustomResourceDefinition')
    for (const { metadata } of all) await relabelled(metadata.name, '0.0.9')
    await shrunk('repositories.holdfast.dev')
    expect(await steps()).toEqual([
      `apply the system of ${version} before any policy of it: the definitions of repositories are of 0.0.9`,
    ])
    for (const { metadata } of all) await relabelled(metadata.name, '99.0.0')
    expect(await steps()).toEqual([
      `upgrade this command and the library of the policies: they are ${version}, the cluster has 99.0.0`,
    ])
    await change('0.0.9')
    expect((await steps()).join()).toContain('the definitions of repositories are others')
  })

  test('finds definitions of which objects may be stored in two versions', async () => {
    await installed()
    const state = await readClusterState(client)
    const status = { storedVersions: ['v1alpha1', 'v1beta1'] }
    const definitions = state.definitions.map(each =>
      each.metadata.name === 'repositories.holdfast.dev' ? { ...each, status } : each,
    )
    expect(upgradeSteps(standingOf({ ...state, definitions }))).toEqual([
      expect.stringMatching(/^store the objects of repositories\.holdfast\.dev \(v1alpha1, v1beta1\) in one version/),
    ])
  })

  test('finds built-in Functions that somebody changed, and that no controller runs', async () => {
    await installed({ replicas: 0 })
    await client.mergePatch(FUNCTIONS, 'pvc-backup', undefined, { spec: { workingDir: '/tmp' } })
    expect(await steps()).toEqual([
      `apply the system of ${version} before any policy of it: Function pvc-backup differs`,
      expect.stringMatching(/^start a controller: none runs/),
    ])
    const change = { spec: { replicas: 1, template: { spec: { serviceAccountName: 'absent' } } } }
    await client.mergePatch(DEPLOYMENTS, 'holdfast-controller', 'holdfast-system', change)
    expect((await steps()).at(-1)).toBe('see why 0 of 1 controllers are ready: kubectl get pods -n holdfast-system')
  })

  test('without --check prints the version and asks nobody', async () => {
    process.env['KUBECONFIG'] = join(folder, 'absent')
    expect(await run({ check: false })).toEqual({ text: `${version}\n`, failure: '' })
    expect(JSON.parse((await run({ check: false, output: 'json' })).text)).toEqual({ command: version })
  })
})

async function relabelled(name: string, release: string): Promise<void> {
  const metadata = { labels: { 'app.kubernetes.io/version': release } }
  await client.mergePatch(CUSTOM_RESOURCE_DEFINITIONS, name, undefined, { metadata })
}

/** Takes a field out of a definition, as a release that did not have it yet. */
async function shrunk(name: string): Promise<void> {
  const definition = await client.get<KubeObject & { spec: Shrinkable }>(CUSTOM_RESOURCE_DEFINITIONS, name)
  const [first] = definition.spec.versions
  const spec = first?.schema.openAPIV3Schema.properties['spec']
  delete spec?.properties['clusterName']
  await client.replace(CUSTOM_RESOURCE_DEFINITIONS, definition)
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
