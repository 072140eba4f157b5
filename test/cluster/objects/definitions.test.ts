import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { labels } from '../../../lib/api/group.js'
import {
  CONFIGURATIONS,
  type PodObject,
  REPOSITORIES,
  type RepositoryObject,
} from '../../../runtime/controller/objects.js'
import type { KubeObject } from '../../../runtime/kube/object.js'
import { NAMESPACES, PODS } from '../../../runtime/kube/resource.js'
import { awaitSeen } from '../../behaviour/added-backup.js'
import { backUp } from '../../behaviour/await-session.js'
import { ClusterSystem, systemObjects } from '../../behaviour/cluster-system.js'
import { eventually } from '../../behaviour/eventually.js'
import { CUSTOM_RESOURCE_DEFINITIONS, resourceOf } from '../../behaviour/kube-resource.js'
import { maintainedClaim } from '../../behaviour/maintained-claim.js'
import type { ProtectedClaim } from '../../behaviour/protected-claim.js'
import { expectEnd, snapshotsOf } from '../../behaviour/session-end.js'
import { startWorld } from '../../behaviour/start-world.js'
import type { World } from '../../behaviour/world.js'
import { expectIntact, repositoryId, snapshotsAt } from './intact.js'
import { awaitGone, remove } from './mid-flow.js'

jest.setTimeout(300_000)

let world: World
let system: ClusterSystem
let place: ProtectedClaim
let id: string
beforeAll(async () => {
  world = await startWorld()
  system = new ClusterSystem(world.client)
  place = await maintainedClaim(world)
  id = await repositoryId(place.store)
})
afterAll(async () => {
  await installed()
  await world.stop()
})

const definitions = systemObjects('any').filter(each => each.kind === 'CustomResourceDefinition')

interface Definition extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

/** Applies the system as git holds it: definitions first, as every GitOps tool does, and then all of it. */
async function installed(): Promise<void> {
  await world.apply(...definitions)
  for (const { metadata } of definitions) {
    await eventually(
      async () => {
        const { status } = await world.client.get<Definition>(CUSTOM_RESOURCE_DEFINITIONS, metadata.name)
        return status?.conditions?.find(each => each.type === 'Established' && each.status === 'True')
      },
      60,
      () => `${metadata.name} is not established`,
    )
  }
  await system.install(world.image)
}

/** How often containers of the controller were restarted, by pod. */
async function controllers(): Promise<Map<string, number>> {
  const labelSelector = `${labels.component}=controller`
  const { items } = await world.client.list<PodObject>(PODS, { namespace: 'holdfast-system', labelSelector })
  return new Map(
    items.map(({ metadata, status }) => {
      const counts = (status?.containerStatuses ?? []) as readonly { readonly restartCount?: number }[]
      return [metadata.name, counts.reduce((sum, each) => sum + (each.restartCount ?? 0), 0)]
    }),
  )
}

/** The policy comes back from git, and its next backup goes on where the last one ended. */
async function expectContinues(): Promise<void> {
  const host = `${place.namespace}/data`
  const before = await snapshotsAt(place.store, host)
  await world.apply(...place.objects)
  await awaitSeen(world, place.namespace, 'data')
  const ended = await backUp(world, place.namespace, 'data')
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(snapshotsOf(ended)).toMatchObject([{ fileStats: { totalFiles: 2, newFiles: 0, unmodifiedFiles: 2 } }])
  const after = await snapshotsAt(place.store, host)
  expect(after.slice(0, -1)).toEqual(before)
  expect(after.at(-1)?.parent).toBe(before.at(-1)?.id)
  expect(await repositoryId(place.store)).toBe(id)
  const { status } = await world.client.get<RepositoryObject>(REPOSITORIES, 'store', place.namespace)
  expect(status?.id).toBe(id)
  await expectIntact(place.store)
}

test('definitions removed and applied again: no data is lost, and the same controller goes on by itself', async () => {
  const before = await controllers()
  for (const { metadata } of definitions) await remove(world, CUSTOM_RESOURCE_DEFINITIONS, undefined, metadata.name)
  for (const { metadata } of definitions)
    await awaitGone(world, CUSTOM_RESOURCE_DEFINITIONS, undefined, metadata.name, 90)
  // The controller meets the absence with every cache before the definitions return.
  await sleep(10_000)
  await installed()
  await expectContinues()
  expect(await controllers()).toEqual(before)
})

test('everything reverted in git and applied again, policies and system: the repository is as it was', async () => {
  const listed = await place.store.restic('snapshots', '--json')
  for (const object of [...place.objects].reverse()) {
    await remove(world, resourceOf(object), object.metadata.namespace, object.metadata.name)
  }
  await awaitGone(world, CONFIGURATIONS, place.namespace, 'data')
  for (const object of systemObjects(world.image).reverse()) {
    await remove(world, resourceOf(object), object.metadata.namespace, object.metadata.name)
  }
  await awaitGone(world, NAMESPACES, undefined, 'holdfast-system', 120)
  for (const { metadata } of definitions)
    await awaitGone(world, CUSTOM_RESOURCE_DEFINITIONS, undefined, metadata.name, 90)
  await expectIntact(place.store)
  expect(await place.store.restic('snapshots', '--json')).toBe(listed)
  await installed()
  await expectContinues()
})
