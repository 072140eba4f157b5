import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { NAMESPACES } from '../../../runtime/kube/resource.js'
import { awaitMaintained, awaitSeen } from '../../behaviour/added-backup.js'
import { backUp } from '../../behaviour/await-session.js'
import { removeOwnTasks } from '../../behaviour/own-task.js'
import { protectedClaim } from '../../behaviour/protected-claim.js'
import { expectEnd, snapshotsOf } from '../../behaviour/session-end.js'
import { startWorld } from '../../behaviour/start-world.js'
import type { World } from '../../behaviour/world.js'
import { controllerRequests } from '../audit-log.js'
import { expectIntact, repositoryId, snapshotsAt } from './intact.js'
import { awaitGone, midFlow } from './mid-flow.js'

jest.setTimeout(240_000)

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  await removeOwnTasks(world)
  await world.stop()
})

test('a namespace deleted in mid-flow goes with all that runs in it, without a storm; applied again, it goes on in the same repository', async () => {
  const place = await protectedClaim(world, { store: 'rest' })
  const { namespace, store, objects } = place
  expectEnd(await backUp(world, namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
  await awaitMaintained(world, place)
  const id = await repositoryId(store)
  await midFlow(world, place, 'running', { at: 'stored', seconds: 300 })
  const deleted = new Date()
  await world.client.delete(NAMESPACES, namespace, undefined)
  await awaitGone(world, NAMESPACES, undefined, namespace, 120)
  await sleep(5_000)
  const refused = (await controllerRequests(namespace, deleted)).filter(each => each.code >= 400)
  expect(refused.length).toBeLessThanOrEqual(30)
  await expectIntact(store)
  const before = await snapshotsAt(store, `${namespace}/data`)
  expect(before).toHaveLength(1)

  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  await world.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } })
  await world.claim(namespace, 'data')
  const files = await world.files(namespace, 'data')
  await files.write('a.txt', 'a\n')
  const stringData = { ...store.secret }
  await world.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'store-keys', namespace }, stringData })
  await world.apply(...objects)
  await awaitSeen(world, namespace, 'data')
  const ended = await backUp(world, namespace, 'data')
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(snapshotsOf(ended)).toMatchObject([{ fileStats: { totalFiles: 1 } }])
  const after = await snapshotsAt(store, `${namespace}/data`)
  expect(after[0]).toEqual(before[0])
  expect(after[1]?.parent).toBe(before[0]?.id)
  expect(await repositoryId(store)).toBe(id)
  await expectIntact(store)
})
