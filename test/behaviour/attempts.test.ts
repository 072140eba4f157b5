import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { ScheduledBackupProps } from '../../constructs/index.js'
import { attemptTag, sessionTag } from '../../lib/identity.js'
import { BACKUP_SESSIONS, type BackupSessionObject, createdAt } from '../../runtime/controller/objects.js'
import { addBackup, awaitSeen } from './added-backup.js'
import { Listener } from './listener.js'
import { idle, ownTask, removeOwnTasks, type Step } from './own-task.js'
import { type ProtectedClaim, protectedClaim } from './protected-claim.js'
import { conditionOf, endOf, expectEnd, expectNothingRuns, jobsOf, podRunning, snapshotsOf } from './session-end.js'
import { startWorld } from './start-world.js'
import { awaitEnd, awaitSession, startSession } from './started-session.js'
import type { World } from './world.js'

jest.setTimeout(180_000)

let world: World
let place: ProtectedClaim
beforeAll(async () => {
  world = await startWorld()
  place = await protectedClaim(world)
  expectEnd(await awaitEnd(world, await startSession(world, place.namespace, 'data')), 'Succeeded', 'SnapshotConfirmed')
})
afterAll(async () => {
  await removeOwnTasks(world)
  await world.stop()
})

async function begin(name: string, steps: readonly Step[], props: Partial<ScheduledBackupProps> = {}) {
  await addBackup(world, place, name, chart => ({ ...props, task: ownTask(chart, world.image, name, steps) }))
  await awaitSeen(world, place.namespace, name)
  return startSession(world, place.namespace, name)
}

/** Snapshots of a session, as restic lists them. */
async function stored({ metadata }: BackupSessionObject): Promise<{ id: string; tags: string[] }[]> {
  return JSON.parse(await place.store.restic('snapshots', '--json', '--tag', sessionTag(metadata.uid ?? '')))
}

test.concurrent('a failed attempt is followed by another one of the same session, after the delay', async () => {
  const steps: Step[] = [{ name: 'second-time', script: 'test "${ATTEMPT}" -gt 1' }, 'pvc-backup', 'update-status']
  const begun = await begin('second-time', steps, { retryConfig: { maxRetry: 2, delay: '3s' } })
  const waiting = await awaitSession(world, begun, each => each.status?.nextRetry !== undefined)
  expect(endOf(waiting)).toMatchObject({ phase: 'Running', reason: 'RetryScheduled' })
  expect(endOf(waiting).message).toContain('second-time-0')
  const ended = await awaitEnd(world, begun)
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(ended.status).toMatchObject({ attempt: 2 })
  const [first, , second] = await jobsOf(world, ended)
  expect(first?.metadata.name).toMatch(/-1$/)
  expect(second?.metadata.name).toMatch(/-2$/)
  expect(createdAt(second ?? begun).getTime()).toBeGreaterThanOrEqual(Date.parse(waiting.status?.nextRetry ?? ''))
  const { items } = await world.client.list<BackupSessionObject>(BACKUP_SESSIONS, { namespace: place.namespace })
  expect(items.filter(each => each.spec.invoker.name === 'second-time')).toHaveLength(1)
  const snapshots = await stored(ended)
  expect(snapshots.map(each => each.id)).toEqual(snapshotsOf(ended).map(each => each.id))
  expect(snapshots[0]?.tags).toContain(attemptTag(2))
})

test.concurrent('attempts end when maxRetry is used up, and the session fails with the reason of the last', async () => {
  const steps: Step[] = [{ name: 'never', script: 'exit 4' }, 'pvc-backup', 'update-status']
  const begun = await begin('never', steps, { retryConfig: { maxRetry: 1, delay: '1s' } })
  const ended = await awaitEnd(world, begun)
  expectEnd(ended, 'Failed', 'StepFailed', 'never-0', 'exit code 4')
  expect(ended.status).toMatchObject({ attempt: 2 })
  await expectNothingRuns(world, ended)
})

test.concurrent('a pod that is evicted after the upload gets one finish Job, which finds the snapshot and runs the hook that is owed', async () => {
  const listener = await Listener.start(world, place.namespace, 'hooks')
  const { host, port } = listener
  const steps: Step[] = ['pvc-backup', { name: 'late', script: idle(300) }, 'update-status']
  const begun = await begin('late', steps, {
    retryConfig: { maxRetry: 2, delay: '1s' },
    hooks: { postBackup: { httpPost: { host, port, path: '/resume', body: 'go on' } } },
  })
  const { pod } = await podRunning(world, { namespace: place.namespace, name: begun.metadata.name }, 'late')
  await world.evict(place.namespace, pod)
  const ended = await awaitEnd(world, begun)
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(ended.status).toMatchObject({ attempt: 1 })
  expect(conditionOf(ended, 'BackupDisrupted')).toMatchObject({ status: 'True', reason: 'Evicted' })
  expect(conditionOf(ended, 'PostBackupHookExecutionSucceeded')).toMatchObject({
    status: 'True',
    reason: 'HookSucceeded',
  })
  expect(await listener.seen()).toEqual(['POST /resume go on'])
  const snapshots = await stored(ended)
  expect(snapshots.map(each => each.id)).toEqual(snapshotsOf(ended).map(each => each.id))
  expect(snapshots).toHaveLength(1)
  const names = (await jobsOf(world, ended)).map(job => job.metadata.name)
  expect(names.filter(name => name.endsWith('-finish'))).toHaveLength(1)
  expect(names).toHaveLength(2)
  expect(await world.metrics()).toMatch(
    new RegExp(
      `holdfast_backup_session_success\\{[^}]*invoker_name="late"[^}]*namespace="${place.namespace}"[^}]*\\} 1`,
    ),
  )
})

test.concurrent('a container that runs out of memory after the upload loses no snapshot', async () => {
  const grow = 'const kept = []; setInterval(() => kept.length < 40 && kept.push(Buffer.alloc(8 << 20, 1)), 50)'
  const steps: Step[] = ['pvc-backup', { name: 'greedy', script: `node -e '${grow}'`, memory: '64Mi' }, 'update-status']
  const begun = await begin('greedy', steps)
  const found = await podRunning(world, { namespace: place.namespace, name: begun.metadata.name }, 'greedy')
  await world.outOfMemory(place.namespace, found.pod, found.container)
  const ended = await awaitEnd(world, begun)
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(conditionOf(ended, 'BackupDisrupted')).toMatchObject({ status: 'True', reason: 'OutOfMemory' })
  expect((await stored(ended)).map(each => each.id)).toEqual(snapshotsOf(ended).map(each => each.id))
})

test.concurrent('a step of the user that fails after the upload fails the session, and the snapshot stays recorded', async () => {
  const steps: Step[] = ['pvc-backup', { name: 'resume', script: 'exit 5' }, 'update-status']
  const ended = await awaitEnd(world, await begin('resume', steps))
  expectEnd(ended, 'Failed', 'StepFailed', 'resume-1', 'exit code 5')
  expect(conditionOf(ended, 'SnapshotConfirmed')).toMatchObject({ status: 'True' })
  expect(snapshotsOf(ended)).toHaveLength(1)
  expect((await stored(ended)).map(each => each.id)).toEqual(snapshotsOf(ended).map(each => each.id))
  expect((await jobsOf(world, ended)).filter(job => job.metadata.name.endsWith('-finish'))).toHaveLength(1)
})

test.concurrent('a step of the user that fails after update-status fails the session, and the snapshot stays recorded', async () => {
  const steps: Step[] = ['pvc-backup', 'update-status', { name: 'farewell', script: 'exit 6' }]
  const ended = await awaitEnd(world, await begin('farewell', steps))
  expectEnd(ended, 'Failed', 'StepFailed', 'farewell-2', 'exit code 6')
  expect(snapshotsOf(ended)).toHaveLength(1)
})
