import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { awaitSeen } from '../../behaviour/added-backup.js'
import { backUp } from '../../behaviour/await-session.js'
import type { DeploymentObject } from '../../behaviour/cluster-system.js'
import { ClusterSystem } from '../../behaviour/cluster-system.js'
import { DEPLOYMENTS } from '../../behaviour/kube-resource.js'
import { maintainedClaim } from '../../behaviour/maintained-claim.js'
import { removeOwnTasks } from '../../behaviour/own-task.js'
import type { ProtectedClaim } from '../../behaviour/protected-claim.js'
import { conditionOf, expectEnd, jobsOf } from '../../behaviour/session-end.js'
import { startWorld } from '../../behaviour/start-world.js'
import { awaitEnd } from '../../behaviour/started-session.js'
import type { World } from '../../behaviour/world.js'
import { expectIntact, snapshotsAt } from './intact.js'
import { midFlow } from './mid-flow.js'
import { tagImage, untagImage } from './node-image.js'

jest.setTimeout(300_000)

const next = 'holdfast.dev/holdfast:next'
let world: World
let system: ClusterSystem
let place: ProtectedClaim
beforeAll(async () => {
  world = await startWorld()
  system = new ClusterSystem(world.client)
  await tagImage(world.image, next)
  place = await maintainedClaim(world)
})
afterAll(async () => {
  await system.install(world.image)
  await untagImage(next)
  await removeOwnTasks(world)
  await world.stop()
})

test('a session that runs while the controller is upgraded is ended by the new one, with the Job of the old', async () => {
  const { session, pod } = await midFlow(world, place, 'running', { at: 'before', seconds: 45 })
  await system.install(next)
  const { spec } = await world.client.get<DeploymentObject>(DEPLOYMENTS, 'holdfast-controller', 'holdfast-system')
  expect(spec.template.spec.containers.map(each => each.image)).toEqual([next])
  const ended = await awaitEnd(world, session)
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(ended.status?.attempt).toBe(1)
  const jobs = await jobsOf(world, ended)
  expect(jobs).toHaveLength(1)
  expect(pod.startsWith(jobs[0]?.metadata.name ?? '-')).toBe(true)
  await expectIntact(place.store)
})

test('a committed template of the old release is not stale; its image is not trusted until it is listed', async () => {
  const refused = await backUp(world, place.namespace, 'data')
  expectEnd(refused, 'Failed', 'ImageNotTrusted', world.image)
  expect(await jobsOf(world, refused)).toEqual([])
  await system.install(next, { trustedImages: [world.image] })
  const ended = await backUp(world, place.namespace, 'data')
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(conditionOf(ended, 'FunctionsChanged')).toBeUndefined()
})

test('the policy synthesized again for the new release goes on in the same repository', async () => {
  const again = place.objects.map(each => JSON.parse(JSON.stringify(each).replaceAll(world.image, next)))
  await world.apply(...again)
  await awaitSeen(world, place.namespace, 'data')
  expectEnd(await backUp(world, place.namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
  const snapshots = await snapshotsAt(place.store, `${place.namespace}/data`)
  expect(snapshots.map(each => each.parent)).toEqual([undefined, ...snapshots.slice(0, -1).map(each => each.id)])
  await expectIntact(place.store)
})
