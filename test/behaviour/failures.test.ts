import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { Task } from '../../constructs/index.js'
import type { BackupSessionObject } from '../../runtime/controller/objects.js'
import { JOBS, PODS } from '../../runtime/kube/resource.js'
import { addBackup, awaitMaintained, awaitSeen, type Change } from './added-backup.js'
import { idle, ownTask, removeOwnTasks, type Step } from './own-task.js'
import { type ProtectedClaim, protectedClaim } from './protected-claim.js'
import { conditionOf, expectEnd, expectNothingRuns, jobsOf, podRunning } from './session-end.js'
import { startWorld } from './start-world.js'
import { awaitEnd, startSession } from './started-session.js'
import type { World } from './world.js'

jest.setTimeout(150_000)

let world: World
let place: ProtectedClaim

beforeAll(async () => {
  world = await startWorld()
  place = await protectedClaim(world)
  expectEnd(await awaitEnd(world, await startSession(world, place.namespace, 'data')), 'Succeeded', 'SnapshotConfirmed')
  await awaitMaintained(world, place)
})

afterAll(async () => {
  await removeOwnTasks(world)
  await world.stop()
})

const task = (name: string, ...steps: readonly Step[]): Change => {
  return chart => ({ task: ownTask(chart, world.image, name, steps) })
}
const whileIdle = (name: string) => task(name, { name, script: idle(300) }, 'pvc-backup', 'update-status')

/** Starts a session of a policy that is bound to fail. */
async function begin(name: string, change: Change): Promise<BackupSessionObject> {
  await addBackup(world, place, name, change)
  await awaitSeen(world, place.namespace, name)
  return startSession(world, place.namespace, name)
}

/** Waits for the failure, and for what must be true after every failure. */
async function failed(session: BackupSessionObject, reason: string, ...texts: readonly string[]) {
  const ended = await awaitEnd(world, session)
  expectEnd(ended, 'Failed', reason, ...texts)
  await expectNothingRuns(world, ended)
  await place.store.restic('cat', 'config')
  return ended
}

test.concurrent('an image that cannot be pulled fails the session once startDeadline is over', async () => {
  const image = 'holdfast.dev/absent:none'
  const steps: Step[] = [{ name: 'absent', script: 'true', image }, 'pvc-backup', 'update-status']
  const change: Change = chart => ({ task: ownTask(chart, world.image, 'absent', steps), startDeadline: '12s' })
  await failed(await begin('absent', change), 'ImageNotPulled', `container ${place.namespace}-absent-0`, image)
})

test.concurrent('a claim that does not exist fails the session once startDeadline is over', async () => {
  const session = await begin('no-claim', { claim: 'nowhere', startDeadline: '3s' })
  const ended = await failed(session, 'TargetNotFound', `PersistentVolumeClaim ${place.namespace}/nowhere`)
  expect(await jobsOf(world, ended)).toEqual([])
})

test.concurrent('a claim that is never bound leaves the pod unschedulable, and the session fails', async () => {
  await world.apply({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'unbound', namespace: place.namespace },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'no-such-class',
      resources: { requests: { storage: '1Gi' } },
    },
  })
  const session = await begin('unbound', { claim: 'unbound', startDeadline: '5s' })
  await failed(session, 'Unschedulable', `PersistentVolumeClaim ${place.namespace}/unbound is Pending`, 'no-such-class')
})

test.concurrent('a node selector that no node fulfils leaves the pod unschedulable, and the session fails', async () => {
  const runtimeSettings = { pod: { nodeSelector: { disk: 'none-such' } } }
  const session = await begin('no-node', { runtimeSettings, startDeadline: '5s' })
  await failed(session, 'Unschedulable', 'pod no-node-', "didn't match Pod's node affinity/selector")
})

test.concurrent('a pod that is evicted fails the session as Evicted, and the session says that it was disrupted', async () => {
  const session = await begin('evicted', whileIdle('evicted'))
  const { pod } = await podRunning(world, { namespace: place.namespace, name: session.metadata.name }, 'evicted')
  await world.evict(place.namespace, pod)
  const ended = await failed(session, 'Evicted', `pod ${pod}`)
  expect(conditionOf(ended, 'BackupDisrupted')).toMatchObject({ status: 'True', reason: 'Evicted' })
})

test.concurrent('a container that runs out of memory is named, and the session fails as OutOfMemory', async () => {
  const grow = 'const kept = []; setInterval(() => kept.length < 40 && kept.push(Buffer.alloc(8 << 20, 1)), 50)'
  const steps: Step[] = [{ name: 'greedy', script: `node -e '${grow}'`, memory: '64Mi' }, 'pvc-backup', 'update-status']
  const session = await begin('greedy', task('greedy', ...steps))
  const found = await podRunning(world, { namespace: place.namespace, name: session.metadata.name }, 'greedy')
  await world.outOfMemory(place.namespace, found.pod, found.container)
  const ended = await failed(session, 'OutOfMemory', `container ${found.container}`, 'OOMKilled')
  expect(conditionOf(ended, 'BackupDisrupted')).toMatchObject({ status: 'True', reason: 'OutOfMemory' })
})

test.concurrent('a Job that is deleted fails the session as JobDeleted', async () => {
  const session = await begin('no-job', whileIdle('no-job'))
  await podRunning(world, { namespace: place.namespace, name: session.metadata.name }, 'no-job')
  const [job] = await jobsOf(world, session)
  const name = job?.metadata.name ?? ''
  await world.client.delete(JOBS, name, place.namespace)
  await failed(session, 'JobDeleted', `Job ${name}`)
})

test.concurrent('a pod that is deleted fails the session as PodDeleted', async () => {
  const session = await begin('no-pod', whileIdle('no-pod'))
  const { pod } = await podRunning(world, { namespace: place.namespace, name: session.metadata.name }, 'no-pod')
  await world.client.delete(PODS, pod, place.namespace)
  await failed(session, 'PodDeleted', `pod ${pod}`)
})

test.concurrent('a session that is not done within timeOut fails as DeadlineExceeded', async () => {
  const steps: Step[] = [{ name: 'endless', script: idle(300) }, 'pvc-backup', 'update-status']
  const change: Change = chart => ({ task: ownTask(chart, world.image, 'endless', steps), timeOut: '8s' })
  const ended = await failed(await begin('endless', change), 'DeadlineExceeded', '8s')
  expect(conditionOf(ended, 'DeadlineExceeded')).toMatchObject({ status: 'True' })
})

test.concurrent('a step that fails is named with its exit code, and nothing is backed up', async () => {
  const step: Step = { name: 'refuses', script: 'echo the application does not answer; exit 7' }
  const session = await begin('refuses', task('refuses', step, 'pvc-backup', 'update-status'))
  await failed(session, 'StepFailed', `container ${place.namespace}-refuses-0`, 'exit code 7')
  expect(JSON.parse(await place.store.restic('snapshots', '--json', '--host', `${place.namespace}/refuses`))).toEqual(
    [],
  )
})

test.concurrent('a Task without update-status fails, for nobody confirmed the snapshot in its place', async () => {
  const session = await begin('untold', task('untold', { name: 'untold', script: 'true' }))
  await failed(session, 'StepFailed', 'its last step should be update-status')
})

test.concurrent('a Task that is not there fails the session once startDeadline is over', async () => {
  const change: Change = chart => ({ task: Task.fromTaskName(chart, 'absent', 'no-such-task'), startDeadline: '3s' })
  await failed(await begin('no-task', change), 'TaskNotFound', "there is no Task 'no-such-task'")
})
