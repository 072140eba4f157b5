import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Backend, Repository, VolumeBackup } from '../../constructs/index.js'
import { defaultMountPath } from '../../lib/api/group.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { awaitSeen } from '../../test/behaviour/added-backup.js'
import { policy } from '../../test/behaviour/policy.js'
import { backendOf } from '../../test/behaviour/protected-claim.js'
import type { VolumeFolder } from '../../test/behaviour/volume-folder.js'
import type { Ground } from '../../test/cluster/faults/ground.js'
import { RepositoryFolder } from '../../test/cluster/faults/repository-check.js'
import { ContentModel } from './content-model.js'
import { type Kind, kinds, repositories, type StoreName, shared, unreadable } from './kind.js'
import { ModelVolume } from './model-volume.js'

/** A store with a Repository of its own, in a namespace of its own, and a way to ask restic itself. */
export interface SoakStore {
  readonly name: StoreName
  readonly namespace: string
  readonly backend: Backend
  /** Name of the Repository object and of its Secret. */
  readonly repository: 'store'
  restic(...args: readonly string[]): Promise<string>
}

/** A policy, its volume and what is known of it. */
export interface SoakPolicy extends Kind {
  readonly namespace: string
  readonly at: SoakStore
  readonly volume: ModelVolume
  /** Host of its snapshots. */
  readonly host: string
  readonly paths: readonly string[]
}

export interface Fleet {
  readonly stores: readonly SoakStore[]
  readonly policies: readonly SoakPolicy[]
}

const repository = 'store'
const storeNames: readonly StoreName[] = ['local', 'rest', 's3', 'kept']

/** Makes namespaces, stores, volumes and policies, and waits until the controller has seen them. */
export async function makeFleet(ground: Ground, seed: number): Promise<Fleet> {
  const stores = await Promise.all(storeNames.map(name => makeStore(ground, name)))
  const policies: SoakPolicy[] = []
  for (const store of stores) {
    const own: SoakPolicy[] = []
    for (const kind of kinds.filter(each => each.store === store.name))
      own.push(await makePolicy(ground, seed, kind, store))
    await ground.world.apply(...manifestsOf(ground, store, own))
    for (const { name } of own) await awaitSeen(ground.world, store.namespace, name)
    policies.push(...own)
  }
  return { stores, policies }
}

async function makeStore(ground: Ground, name: StoreName): Promise<SoakStore> {
  const { world } = ground
  const namespace = await world.namespace()
  ground.namespaces.add(namespace)
  if (name === 'local' || name === 's3') {
    const store = await world.store(name, namespace, repository)
    return { name, namespace, backend: backendOf(store.backend), repository, restic: store.restic }
  }
  const password = randomBytes(12).toString('hex')
  const metadata = { name: repository, namespace }
  await world.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { RESTIC_PASSWORD: password } })
  const { url } = await ground.store.door()
  const folder = new RepositoryFolder(join(ground.store.folder, name), password)
  const backend = Backend.rest({ url: `${url}/${name}/`, secretName: repository })
  return { name, namespace, backend, repository, restic: (...args) => folder.restic(...args) }
}

async function makePolicy(ground: Ground, seed: number, kind: Kind, at: SoakStore): Promise<SoakPolicy> {
  const { namespace } = at
  await ground.world.claim(namespace, kind.name)
  const files = (await ground.world.files(namespace, kind.name)) as VolumeFolder
  const volume = new ModelVolume(files.root, new ContentModel(seed, kind.name))
  if (kind.holds !== 'nothing') await volume.advance()
  if (kind.holds === 'an unreadable file') await files.write(unreadable, 'secret\n', { mode: 0o600, uid: 1001 })
  const paths = kind.name === 'pair' ? ['left', 'right'].map(each => join(defaultMountPath, each)) : [defaultMountPath]
  return { ...kind, namespace, at, volume, host: `${namespace}/${kind.name}`, paths }
}

function manifestsOf({ world, hooks }: Ground, store: SoakStore, policies: readonly SoakPolicy[]): KubeObject[] {
  return policy(world, store.namespace, chart => {
    const made = new Repository(chart, repository, { backend: store.backend, ...repositories[store.name] })
    for (const { name, keepLast, change } of policies) {
      const own = change?.({ chart, image: world.image, hooks }) ?? {}
      new VolumeBackup(chart, name, { claim: name, repository: made, ...shared(keepLast), ...own })
    }
  })
}
