import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { kinds } from '../../lib/api/kinds.js'
import { type KindDefinition, toCustomResourceDefinition } from '../../lib/schema/crd.js'
import { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import type { Resource } from '../../runtime/kube/resource.js'
import { CUSTOM_RESOURCE_DEFINITIONS } from '../behaviour/kube-resource.js'
import { keptVersions } from '../upgrades/kept-version.js'

// A copy of the definitions under a group of its own: the real ones belong to the whole cluster.
const group = `g${process.pid}.upgrade.holdfast.test`
const namespace = `hf-storage-${process.pid}`
const page = readFileSync(join(import.meta.dirname, '../../docs/upgrades.md'), 'utf8')
const migration = /<!-- migrate -->\n```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? ''

const kubectl = (args: readonly string[], input = '') =>
  execFileSync('kubectl', args, { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 2 ** 26 })
const serverSide = ['apply', '--server-side', '--field-manager=git', '-f', '-']
const listOf = (items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
const apply = (objects: readonly object[]) => kubectl(serverSide, listOf(objects))

const resources = kinds.map(({ plural }) => `${plural}.${group}`)
let client: KubeClient

/** The definitions with these versions; the last of `served` is stored. */
function definitions(served: readonly string[]): object[] {
  return kinds.map(kind => {
    const { metadata: _, spec, ...rest } = toCustomResourceDefinition(kind)
    const { shortNames: _short, categories: _all, ...names } = spec.names
    const [version] = spec.versions
    const versions = served.map(name => {
      const last = name === served.at(-1)
      const deprecationWarning = `${group}/${name} ${kind.kind} is deprecated: use ${served.at(-1)}`
      return { ...version, name, storage: last, ...(last ? {} : { deprecated: true, deprecationWarning }) }
    })
    return { ...rest, metadata: { name: `${kind.plural}.${group}` }, spec: { ...spec, group, names, versions } }
  })
}

const established = () =>
  kubectl(['wait', '--for=condition=Established', '--timeout=60s', ...resources.map(name => `crd/${name}`)])

interface Definition extends KubeObject {
  readonly status: { readonly storedVersions: readonly string[] }
}
async function storedVersions(): Promise<string[]> {
  const { items } = await client.list<Definition>(CUSTOM_RESOURCE_DEFINITIONS)
  return items.filter(each => resources.includes(each.metadata.name)).map(each => each.status.storedVersions.join())
}

const resourceAs = (version: string, { plural, kind, scope }: KindDefinition) =>
  ({ group, version, plural, kind, namespaced: scope === 'Namespaced' }) satisfies Resource

/** Every object as it is read in a version. */
async function objectsAs(version: string): Promise<KubeObject[]> {
  const lists = await Promise.all(kinds.map(kind => client.list(resourceAs(version, kind))))
  return lists.flatMap(({ items }) => items)
}

/** Every object without what says in which version it was read and written. */
async function contentAs(version: string): Promise<object[]> {
  return (await objectsAs(version)).map(({ apiVersion, metadata, ...object }) => {
    expect(apiVersion).toBe(`${group}/${version}`)
    const { managedFields: _, resourceVersion: _version, ownerReferences = [], ...kept } = metadata
    return { ...object, metadata: kept, owners: ownerReferences.map(({ kind, name, uid }) => ({ kind, name, uid })) }
  })
}

/** Objects of the earliest kept version, with their statuses and an owner, under our group. */
async function inherited(): Promise<void> {
  const ours = (keptVersions[0]?.objects ?? []).filter(({ apiVersion }) => apiVersion.startsWith('holdfast.dev/'))
  const moved = ours.map(({ apiVersion: _, metadata: { name, namespace: home }, ...object }): KubeObject => {
    const metadata = { name, ...(home === undefined ? {} : { namespace }) }
    return { ...object, apiVersion: `${group}/v1alpha1`, metadata }
  })
  apply(moved.map(({ status: _, ...object }) => object))
  const [owner] = (await objectsAs('v1alpha1')).filter(({ kind }) => kind === 'BackupConfiguration')
  const { apiVersion = '', kind = '', metadata } = owner ?? {}
  const ownerReferences = [{ apiVersion, kind, name: metadata?.name, uid: metadata?.uid }]
  for (const { status, ...object } of moved) {
    const definition = kinds.find(each => each.kind === object.kind)
    if (status === undefined || definition === undefined) continue
    const resource = resourceAs('v1alpha1', definition)
    const { name } = object.metadata
    if (object.kind === 'BackupSession')
      await client.mergePatch(resource, name, namespace, { metadata: { ownerReferences } })
    await client.replaceStatus(resource, { ...(await client.get(resource, name, namespace)), status })
  }
}

beforeAll(async () => {
  client = await KubeClient.fromDefaultConfig()
  kubectl(['create', 'namespace', namespace])
  apply(definitions(['v1alpha1']))
  established()
  await inherited()
}, 120_000)
afterAll(() => {
  client.close()
  kubectl(['delete', 'crd', ...resources, '--ignore-not-found', '--wait=false'])
  kubectl(['delete', 'namespace', namespace, '--wait=false'])
})

describe('a second version of every kind', () => {
  test('is served beside the first from the same objects, and is what is stored from then on', async () => {
    const before = await contentAs('v1alpha1')
    expect(before.length).toBeGreaterThan(10)
    apply(definitions(['v1alpha1', 'v1beta1']))
    established()
    expect(await storedVersions()).toEqual(resources.map(() => 'v1alpha1,v1beta1'))
    expect(await contentAs('v1beta1')).toEqual(before)
    expect(await contentAs('v1alpha1')).toEqual(before)
  }, 60_000)

  test('has the first one warn whoever still uses it', () => {
    const get = (version: string) =>
      spawnSync('kubectl', ['get', `repositories.${version}.${group}`, '-n', namespace], { encoding: 'utf8' }).stderr
    expect(get('v1alpha1')).toBe(`Warning: ${group}/v1alpha1 Repository is deprecated: use v1beta1\n`)
    expect(get('v1beta1')).toBe('')
  })

  test('cannot replace the first while something may be stored in that: the API server refuses', () => {
    const input = listOf(definitions(['v1beta1']))
    const { status, stderr } = spawnSync('kubectl', serverSide, { input, encoding: 'utf8' })
    expect(status).not.toBe(0)
    expect(stderr).toMatch(/storedVersions\[0\]: Invalid value: "v1alpha1": missing from spec\.versions/)
  })

  test('replaces it after the commands of docs/upgrades.md, which change nothing else about an object', async () => {
    const before = await contentAs('v1beta1')
    execFileSync('sh', ['-c', migration], {
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, group, version: 'v1beta1' },
    })
    expect(await storedVersions()).toEqual(resources.map(() => 'v1beta1'))
    expect(await contentAs('v1beta1')).toEqual(before)
    apply(definitions(['v1beta1']))
    established()
    expect(await contentAs('v1beta1')).toEqual(before)
  }, 120_000)

  test('is taken up by whoever applied the first, by the same server-side apply', async () => {
    const before = await contentAs('v1beta1')
    const objects = await objectsAs('v1beta1')
    expect(JSON.stringify(objects)).not.toContain('v1alpha1')
    apply(
      objects
        .filter(({ kind }) => kind === 'Repository' || kind === 'BackupConfiguration')
        .map(({ apiVersion, kind, metadata: { name }, spec }) => ({
          apiVersion,
          kind,
          metadata: { name, namespace },
          spec,
        })),
    )
    expect(await contentAs('v1beta1')).toEqual(before)
  })
})
