import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { PODS, SERVICE_ACCOUNTS } from '../../../runtime/kube/resource.js'
import { addBackup, awaitSeen } from '../../behaviour/added-backup.js'
import { maintainedClaim } from '../../behaviour/maintained-claim.js'
import { idle, ownTask, removeOwnTasks, type Step } from '../../behaviour/own-task.js'
import type { ProtectedClaim } from '../../behaviour/protected-claim.js'
import { endOf, expectEnd, jobsOf, podRunning } from '../../behaviour/session-end.js'
import { startWorld } from '../../behaviour/start-world.js'
import { awaitEnd, awaitSession, startSession } from '../../behaviour/started-session.js'
import type { World } from '../../behaviour/world.js'
import { expectIntact, snapshotsAt } from './intact.js'

jest.setTimeout(240_000)

let world: World
let place: ProtectedClaim
beforeAll(async () => {
  world = await startWorld()
  place = await maintainedClaim(world)
})
afterAll(async () => {
  await expectIntact(place.store)
  await removeOwnTasks(world)
  await world.stop()
})

const account = (name: string) => {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: place.namespace } }
}

async function addAsking(name: string, seconds: number): Promise<void> {
  const steps: Step[] = [{ name, script: idle(seconds), serviceAccount: name }, 'pvc-backup', 'update-status']
  await addBackup(world, place, name, chart => ({
    task: ownTask(chart, world.image, name, steps),
    startDeadline: '60s',
  }))
  await awaitSeen(world, place.namespace, name)
}

test.concurrent('a ServiceAccount deleted in mid-flow does not stop the mover that runs as it', async () => {
  const { namespace } = place
  await world.apply(account('leaving'))
  await addAsking('leaving', 6)
  const session = await startSession(world, namespace, 'leaving')
  await podRunning(world, { namespace, name: session.metadata.name }, 'leaving')
  await world.client.delete(SERVICE_ACCOUNTS, 'leaving', namespace)
  expectEnd(await awaitEnd(world, session), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('without its ServiceAccount a session waits in Kubernetes’ own words, and its return lets the same session succeed', async () => {
  const { namespace } = place
  await addAsking('absent', 0)
  const session = await startSession(world, namespace, 'absent')
  const waiting = await awaitSession(world, session, each => endOf(each).reason === 'JobRejected')
  expect(endOf(waiting).message).toContain('serviceaccount "absent" not found')
  await world.apply(account('absent'))
  const ended = await awaitEnd(world, session)
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(ended.status?.attempt).toBe(1)
  expect(await jobsOf(world, ended)).toHaveLength(1)
})

test.concurrent('the default ServiceAccount of a namespace, deleted in mid-flow, is no matter: movers ask the API nothing', async () => {
  const { namespace } = place
  const steps: Step[] = [{ name: 'default', script: idle(4) }, 'pvc-backup', 'update-status']
  await addBackup(world, place, 'default', chart => ({ task: ownTask(chart, world.image, 'default', steps) }))
  await awaitSeen(world, namespace, 'default')
  const session = await startSession(world, namespace, 'default')
  const { pod } = await podRunning(world, { namespace, name: session.metadata.name }, 'default')
  await world.client.delete(SERVICE_ACCOUNTS, 'default', namespace)
  expectEnd(await awaitEnd(world, session), 'Succeeded', 'SnapshotConfirmed')
  const { spec } = await world.client.get(PODS, pod, namespace).then(found => found as unknown as PodSpecObject)
  expect(spec.automountServiceAccountToken).toBe(false)
  expect(await snapshotsAt(place.store, `${namespace}/default`)).toHaveLength(1)
})

interface PodSpecObject {
  readonly spec: { readonly automountServiceAccountToken?: boolean }
}
