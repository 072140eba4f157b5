import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { argoSyncOptions } from '../../../cli/bootstrap/argocd.js'
import { apiGroup } from '../../../lib/api/group.js'
import { argoHealthScripts } from '../../../lib/gitops/argocd-health.js'
import type { KubeObject } from '../../../runtime/kube/object.js'
import { root } from '../../../scripts/tools.mjs'
import { recordFigures } from '../../faults/figures.js'
import { definePrometheusKinds } from '../prometheus-operator.js'
import { type ArgoAnswer, ask, type FluxAnswer } from './engines.js'
import { moved, objectsIn, without } from './repository.js'

jest.setTimeout(300_000)

const folder = mkdtempSync(join(tmpdir(), 'holdfast-gitops-'))
const examples = join(root, 'dist')
const fleet = join(root, 'examples/fleet/dist')
/** Monitoring, network and admission policies, access of teams. */
const operations = join(examples, 'operations')
const flat = ['blog.k8s.yaml', 'holdfast-system.k8s.yaml', 'shop.k8s.yaml']
/** No node need run anything here; their health is Kubernetes’ own. */
const healthyKinds = ['Deployment', 'PersistentVolumeClaim']

const kubectl = (...args: string[]) => execFileSync('kubectl', args, { encoding: 'utf8' })
const apply = (object: object) =>
  execFileSync('kubectl', ['apply', '--server-side', '-f', '-'], { input: JSON.stringify(object) })

/** A repository with every example in it, for a cluster that has seen none of them. */
class Checkout {
  readonly prefix: string
  readonly group: string
  readonly folders: readonly string[]
  readonly #objects: readonly KubeObject[]
  readonly #namespaces: readonly string[]

  constructor(name: string) {
    this.prefix = `gitops-${name}-${process.pid}`
    this.group = `${this.prefix}.${apiGroup}`
    this.folders = ['examples', 'operations', 'fleet'].map(each => join(folder, name, each))
    moved(examples, join(folder, name, 'examples'), this, flat)
    moved(operations, join(folder, name, 'operations'), { ...this, prefix: `${this.prefix}-operations` })
    moved(fleet, join(folder, name, 'fleet'), { ...this, prefix: `${this.prefix}-fleet` })
    this.#objects = this.folders.flatMap(objectsIn)
    const made = this.#objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name)
    this.#namespaces = [...new Set(this.#objects.flatMap(({ metadata }) => metadata.namespace ?? []))]
    for (const each of this.#namespaces) if (!made.includes(each)) kubectl('create', 'namespace', each)
  }

  remove(): void {
    // Custom resources go with their definitions.
    const left = this.#objects.filter(({ apiVersion, metadata }) => {
      return metadata.namespace === undefined && !apiVersion.startsWith(this.group)
    })
    for (const { kind, metadata } of left) {
      kubectl('delete', kind, metadata.name, '--ignore-not-found', '--wait=false')
    }
    kubectl('delete', 'namespace', '--ignore-not-found', '--wait=false', ...this.#namespaces)
  }
}

const argo = (of: Checkout, more: object, folders: readonly string[] = of.folders) =>
  ask('argocd', { application: of.prefix, folders, healthyKinds, ...more })
const flux = (of: Checkout, more: object = {}, folders: readonly string[] = of.folders) =>
  ask('flux', { name: of.prefix, namespace: 'flux-system', folders, ...more })

/** What a run leaves behind: the trigger’s Job, as its CronJob makes it, and the session that it creates. */
function runOnce({ prefix, group }: Checkout): string[] {
  const namespace = `${prefix}-shop`
  kubectl('-n', namespace, 'create', 'job', 'orders-trigger-29000000', '--from=cronjob/orders-trigger')
  const configuration = JSON.parse(
    kubectl('-n', namespace, 'get', `backupconfigurations.${group}`, 'orders', '-o', 'json'),
  )
  const { apiVersion, kind, metadata } = configuration
  const owner = {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: false,
  }
  apply({
    apiVersion,
    kind: 'BackupSession',
    metadata: { name: 'orders-202611220200', namespace, ownerReferences: [owner] },
    spec: { invoker: { apiGroup: group, kind, name: 'orders' } },
  })
  const session = ['-n', namespace, 'patch', `backupsessions.${group}`, 'orders-202611220200', '--subresource=status']
  kubectl(...session, '--type=merge', '-p', '{"status":{"phase":"Running"}}')
  const own = ['-n', namespace, 'patch', `backupconfigurations.${group}`, 'orders', '--subresource=status']
  kubectl(...own, '--type=merge', '-p', '{"status":{"lastSessionName":"orders-202611220200"}}')
  return [`batch/Job ${namespace}/orders-trigger-29000000`, `${group}/BackupSession ${namespace}/orders-202611220200`]
}

/**
 * Lets one policy have failed, one be paused and all others be well, and answers how Argo CD tells that.
 */
function judgePolicies({ group }: Checkout): Record<string, string> {
  const kind = `backupconfigurations.${group}`
  const listed = JSON.parse(kubectl('get', kind, '-A', '-o', 'json')) as { items: KubeObject[] }
  for (const [index, { metadata }] of listed.items.entries()) {
    const said = { lastTransitionTime: new Date().toISOString(), message: 'as this test says' }
    const [failed, paused] = [index === 0, index === 1]
    const conditions = [
      {
        type: 'Ready',
        status: failed ? 'False' : 'True',
        reason: failed ? 'BackupFailed' : 'SnapshotConfirmed',
        ...said,
      },
      { type: 'Paused', status: paused ? 'True' : 'False', reason: 'Paused', ...said },
    ]
    const status = JSON.stringify({ status: { observedGeneration: metadata.generation, conditions } })
    const own = ['-n', metadata.namespace ?? '', 'patch', kind, metadata.name, '--subresource=status']
    kubectl(...own, '--type=merge', '-p', status)
  }
  return { [`resource.customizations.health.${group}_BackupConfiguration`]: argoHealthScripts.BackupConfiguration }
}

const scansIn = (path: string) => path.startsWith('scans/') || path.includes('/scans/')
const archiveOf = ({ prefix }: Checkout) => `${prefix}-fleet-archive`
const policyObjects = (of: Checkout) => [
  `batch/CronJob ${archiveOf(of)}/scans-trigger`,
  `${of.group}/BackupConfiguration ${archiveOf(of)}/scans`,
  `rbac.authorization.k8s.io/Role ${archiveOf(of)}/scans-trigger`,
  `rbac.authorization.k8s.io/RoleBinding ${archiveOf(of)}/scans-trigger`,
  `ServiceAccount ${archiveOf(of)}/scans-trigger`,
]

let checkouts: Record<'client' | 'server' | 'flux', Checkout>
let withdrawPrometheusKinds = () => {}
beforeAll(() => {
  withdrawPrometheusKinds = definePrometheusKinds()
  checkouts = { client: new Checkout('client'), server: new Checkout('server'), flux: new Checkout('flux') }
})
afterAll(() => {
  for (const each of Object.values(checkouts)) each.remove()
  withdrawPrometheusKinds()
  rmSync(folder, { recursive: true, force: true })
  recordFigures('gitops', { ...figures })
})

const figures: Record<string, number> = {}
const count = (mode: string, objects: number, differences: number) => {
  figures[`${mode}: objects`] = objects
  figures[`${mode}: differences`] = differences
}

describe.each([
  { how: 'client' as const, options: [] },
  // As `holdfast bootstrap argocd` says.
  { how: 'server' as const, options: argoSyncOptions },
])('Argo CD with $how-side apply', ({ how, options }) => {
  const sync = { options, prune: true }
  let first: ArgoAnswer
  const expectSame = (answer: ArgoAnswer, mode: string) => {
    expect(answer.differences).toEqual({ 'client-side': [], 'server-side': [] })
    for (const [compared, differences] of Object.entries(answer.differences))
      count(`Argo CD, ${how}-side apply, ${compared} diff, ${mode}`, answer.objects, differences.length)
  }

  beforeAll(() => {
    first = argo(checkouts[how], { tracking: 'annotation', sync })
  })

  test('brings everything to a new cluster in one sync: definitions, then the system, then policies', () => {
    expect(first).toMatchObject({ phase: 'Succeeded', objects: first.synced.length })
    const waves = [...first.synced].sort((a, b) => a.order - b.order).map(({ wave }) => wave)
    expect(waves).toEqual([...waves].sort((a, b) => a - b))
    expect([...new Set(waves)]).toEqual([-2, -1, 0])
  })

  test('sees no difference in either mode of comparison, and none after a run', () => {
    expectSame(first, 'first sync')
    const made = runOnce(checkouts[how])
    const after = argo(checkouts[how], { tracking: 'annotation' })
    expectSame(after, 'after a run')
    expect(after.prunable).toEqual([])
    expect(made).toHaveLength(2)
  })

  test('sees no difference, and nothing to prune, when it knows its objects by label', () => {
    const labelled = argo(checkouts[how], { tracking: 'label', sync })
    expect(labelled.phase).toBe('Succeeded')
    expectSame(labelled, 'label tracking')
    expect(labelled.prunable).toEqual([])
  })

  test('prunes exactly the objects of a policy that git no longer has, whether others have failed or are paused', () => {
    const rest = join(folder, how, 'rest')
    without(join(folder, how, 'fleet'), rest, scansIn)
    const folders = [...checkouts[how].folders.slice(0, 2), rest]
    const expected = policyObjects(checkouts[how]).sort()
    expect([...argo(checkouts[how], { tracking: 'label' }, folders).prunable]).toEqual(expected)
    const settings = judgePolicies(checkouts[how])
    const pruned = argo(checkouts[how], { tracking: 'label', settings, sync }, folders)
    expect(pruned).toMatchObject({ phase: 'Succeeded' })
    expect(
      pruned.synced
        .filter(({ status }) => status === 'Pruned')
        .map(({ object }) => object)
        .sort(),
    ).toEqual(expected)
  })
})

describe('Flux', () => {
  let first: FluxAnswer
  beforeAll(() => {
    first = flux(checkouts.flux, { apply: true })
  })
  const expectSame = (answer: FluxAnswer, mode: string) => {
    expect(answer.differences).toEqual([])
    count(`Flux, dry run, ${mode}`, answer.objects, answer.differences.length)
  }

  test('brings everything to a new cluster in one apply', () => {
    expect(first.applied.filter(({ action }) => action !== 'created')).toEqual([])
    expect(first.applied).toHaveLength(first.objects)
  })

  test('sees no difference by its dry run, applies nothing again, and sees none after a run', () => {
    expectSame(first, 'first apply')
    runOnce(checkouts.flux)
    const again = flux(checkouts.flux, { apply: true, inventory: first.inventory })
    expectSame(again, 'after a run')
    expect(again.applied.filter(({ action }) => action !== 'unchanged')).toEqual([])
    expect(again.pruned).toEqual([])
  })

  test('prunes exactly the objects of a policy that git no longer has', () => {
    const rest = join(folder, 'flux', 'rest')
    without(join(folder, 'flux', 'fleet'), rest, scansIn)
    const folders = [...checkouts.flux.folders.slice(0, 2), rest]
    const { pruned } = flux(checkouts.flux, { apply: true, inventory: first.inventory }, folders)
    const place = archiveOf(checkouts.flux)
    expect([...pruned].map(({ object, action }) => `${action} ${object}`).sort()).toEqual([
      `deleted BackupConfiguration/${place}/scans`,
      `deleted CronJob/${place}/scans-trigger`,
      `deleted Role/${place}/scans-trigger`,
      `deleted RoleBinding/${place}/scans-trigger`,
      `deleted ServiceAccount/${place}/scans-trigger`,
    ])
  })

  test('never prunes definitions or the namespace of the system, whatever git no longer has', () => {
    const folders = [join(folder, 'flux', 'nothing')]
    moved(examples, folders[0] ?? '', checkouts.flux, ['blog.k8s.yaml'])
    const { pruned } = flux(checkouts.flux, { apply: true, inventory: first.inventory }, folders)
    const kept = pruned.filter(({ action }) => action === 'skipped').map(({ object }) => object.split('/')[0])
    expect([...new Set(kept)].sort()).toEqual(['CustomResourceDefinition', 'Namespace'])
  })
})

test('an edit past git is a difference in every mode', () => {
  const place = `${checkouts.server.prefix}-shop`
  const patch = ['--type=merge', '-p', '{"spec":{"schedule":"0 5 * * *"}}']
  kubectl('-n', place, 'patch', 'cronjob', 'orders-trigger', ...patch)
  const edited = `batch/CronJob ${place}/orders-trigger`
  const examplesOnly = checkouts.server.folders.slice(0, 1)
  const { differences } = argo(checkouts.server, { tracking: 'label' }, examplesOnly)
  for (const found of Object.values(differences)) expect(found.map(({ object }) => object)).toEqual([edited])
})
