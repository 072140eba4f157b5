import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { Task } from '../../constructs/index.js'
import { annotations } from '../../lib/api/group.js'
import { BACKUP_SESSIONS, type BackupSessionObject, createdAt } from '../../runtime/controller/objects.js'
import { addBackup, addRestore, awaitSeen } from './added-backup.js'
import { backUp } from './await-session.js'
import { eventually } from './eventually.js'
import { maintainedClaim } from './maintained-claim.js'
import { manualSession } from './manual-session.js'
import { idle, ownTask, removeOwnTasks } from './own-task.js'
import { type ProtectedClaim, protectedClaim } from './protected-claim.js'
import { endOf, expectEnd, podRunning } from './session-end.js'
import { startWorld } from './start-world.js'
import { awaitEnd, awaitSession, startSession } from './started-session.js'
import type { World } from './world.js'

jest.setTimeout(180_000)

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  await removeOwnTasks(world)
  await world.stop()
})

/** A place with one good backup, and a policy whose mover first does nothing for `seconds`. */
async function withSlowPolicy(seconds: number, repository: { readonly maxConcurrentSessions?: number } = {}) {
  const place = await maintainedClaim(world, { repository })
  const steps = [{ name: 'slow', script: idle(seconds) }, 'pvc-backup', 'update-status'] as const
  await addBackup(world, place, 'slow', chart => ({ task: ownTask(chart, world.image, 'slow', steps) }))
  await awaitSeen(world, place.namespace, 'slow')
  return place
}

async function begun(place: ProtectedClaim): Promise<BackupSessionObject> {
  const session = await startSession(world, place.namespace, 'slow')
  await podRunning(world, { namespace: place.namespace, name: session.metadata.name }, 'slow')
  return session
}

test.concurrent('more sessions than maxConcurrentSessions allows wait with ConcurrencyLimited, and then run', async () => {
  const place = await withSlowPolicy(6, { maxConcurrentSessions: 1 })
  const first = await begun(place)
  const second = await startSession(world, place.namespace, 'data')
  const waiting = await awaitSession(world, second, each => endOf(each).reason === 'ConcurrencyLimited')
  expect(endOf(waiting)).toMatchObject({ phase: 'Pending' })
  expect(endOf(waiting).message).toContain('maxConcurrentSessions is 1')
  const [one, two] = await Promise.all([awaitEnd(world, first), awaitEnd(world, second)])
  expectEnd(one, 'Succeeded', 'SnapshotConfirmed')
  expectEnd(two, 'Succeeded', 'SnapshotConfirmed')
  expect(Date.parse(two.status?.startTime ?? '')).toBeGreaterThanOrEqual(Date.parse(one.status?.completionTime ?? ''))
})

test.concurrent('a restore waits for the backup that has its claim', async () => {
  const place = await withSlowPolicy(6)
  const backup = await begun(place)
  const object = await addRestore(world, place, 'again', { destination: '/holdfast-data/again' })
  const waiting = await awaitSession(world, object, each => endOf(each).reason === 'TargetBusy')
  expect(endOf(waiting).message).toContain(`BackupSession ${backup.metadata.name}`)
  const [one, two] = await Promise.all([awaitEnd(world, backup), awaitEnd(world, object)])
  expectEnd(one, 'Succeeded', 'SnapshotConfirmed')
  expectEnd(two, 'Succeeded', 'RestoreCompleted')
  expect(Date.parse(two.status?.startTime ?? '')).toBeGreaterThanOrEqual(Date.parse(one.status?.completionTime ?? ''))
})

test.concurrent('a backup waits for the restore that has its claim', async () => {
  const place = await maintainedClaim(world)
  const steps = [{ name: 'slow-restore', script: idle(6) }, 'pvc-restore', 'update-status'] as const
  const object = await addRestore(world, place, 'slowly', chart => ({
    destination: '/holdfast-data/again',
    task: ownTask(chart, world.image, 'slow-restore', steps),
  }))
  await awaitSession(world, object, each => endOf(each).phase === 'Running')
  const backup = await startSession(world, place.namespace, 'data')
  const waiting = await awaitSession(world, backup, each => endOf(each).reason === 'TargetBusy')
  expect(endOf(waiting).message).toContain(`RestoreSession ${object.metadata.name}`)
  expectEnd(await awaitEnd(world, object), 'Succeeded', 'RestoreCompleted')
  expectEnd(await awaitEnd(world, backup), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('history keeps the limit, the last Succeeded and the last Failed, and never removes a session that runs', async () => {
  const place = await protectedClaim(world)
  const { namespace } = place
  const limit = { backupHistoryLimit: 1 }
  await addBackup(world, place, 'app', limit)
  await awaitSeen(world, namespace, 'app')
  const good = await backUp(world, namespace, 'app')
  expectEnd(good, 'Succeeded', 'SnapshotConfirmed')
  await addBackup(world, place, 'app', chart => {
    return { ...limit, task: Task.fromTaskName(chart, 'none', 'no-such-task'), startDeadline: '1s' }
  })
  await awaitSeen(world, namespace, 'app')
  const bad = await backUp(world, namespace, 'app')
  expectEnd(bad, 'Failed', 'TaskNotFound')
  const steps = [{ name: 'history', script: idle(300) }, 'pvc-backup', 'update-status'] as const
  await addBackup(world, place, 'app', chart => ({ ...limit, task: ownTask(chart, world.image, 'history', steps) }))
  await awaitSeen(world, namespace, 'app')
  const running = await startSession(world, namespace, 'app')
  await podRunning(world, { namespace, name: running.metadata.name }, 'history')
  const skipped: BackupSessionObject[] = []
  for (const hour of [1, 2, 3]) {
    const session = manualSession(namespace, 'app', `app-skipped-${hour}`)
    const metadata = { ...session.metadata, annotations: { [annotations.scheduledAt]: `2026-01-01T0${hour}:00:00Z` } }
    skipped.push(await world.client.create(BACKUP_SESSIONS, { ...session, metadata }))
  }
  const left = await eventually(
    async () => {
      const { items } = await world.client.list<BackupSessionObject>(BACKUP_SESSIONS, { namespace })
      const own = items.filter(each => each.spec.invoker.name === 'app')
      return own.length <= 4 ? own.sort((a, b) => createdAt(a).getTime() - createdAt(b).getTime()) : undefined
    },
    30,
    () => 'no session was removed',
  )
  const names = left.map(each => each.metadata.name)
  expect(names).toEqual(expect.arrayContaining([good, bad, running].map(each => each.metadata.name)))
  expect(names.filter(name => skipped.some(each => each.metadata.name === name))).toEqual(['app-skipped-3'])
})
