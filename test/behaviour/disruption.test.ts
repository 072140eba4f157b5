import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { Schedule } from '../../constructs/index.js'
import { annotations } from '../../lib/api/group.js'
import { sessionName, triggerName } from '../../lib/names.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  CONFIGURATIONS,
  createdAt,
} from '../../runtime/controller/objects.js'
import { CRON_JOBS } from '../../runtime/kube/resource.js'
import { addBackup, awaitSeen } from './added-backup.js'
import { backUp } from './await-session.js'
import { eventually } from './eventually.js'
import { maintainedClaim } from './maintained-claim.js'
import { idle, ownTask, removeOwnTasks, type Step } from './own-task.js'
import type { ProtectedClaim } from './protected-claim.js'
import { conditionOf, endOf, expectEnd, expectNothingRuns, podRunning } from './session-end.js'
import { startWorld } from './start-world.js'
import { awaitEnd, startSession } from './started-session.js'
import type { World } from './world.js'

jest.setTimeout(600_000)

let world: World
let place: ProtectedClaim
beforeAll(async () => {
  world = await startWorld()
  place = await maintainedClaim(world)
})
afterAll(async () => {
  await removeOwnTasks(world)
  await world.stop()
})

const everyMinute = Schedule.cron('* * * * *')

/** The sessions of a policy, oldest first. */
async function sessionsOf(configuration: string): Promise<BackupSessionObject[]> {
  const { items } = await world.client.list<BackupSessionObject>(BACKUP_SESSIONS, { namespace: place.namespace })
  return items
    .filter(each => each.spec.invoker.name === configuration)
    .sort((a, b) => createdAt(a).getTime() - createdAt(b).getTime() || (a.metadata.name < b.metadata.name ? -1 : 1))
}

const metricsOf = async (configuration: string) =>
  (await world.metrics()).split('\n').filter(line => {
    return line.includes(`namespace="${place.namespace}"`) && line.includes(`invoker_name="${configuration}"`)
  })

test('a slot that nobody triggered is made up for by the controller, once', async () => {
  const { namespace } = place
  await addBackup(world, place, 'missed', { schedule: everyMinute, startingDeadline: '10s' })
  await world.client.delete(CRON_JOBS, triggerName('missed'), namespace)
  await awaitSeen(world, namespace, 'missed')
  const session = await eventually(
    async () => (await sessionsOf('missed'))[0],
    100,
    () => 'no slot was made up for',
  )
  const slot = new Date(session.metadata.annotations?.[annotations.scheduledAt] ?? 0)
  expect(session.metadata.name).toBe(sessionName('missed', slot))
  expect(createdAt(session).getTime()).toBeGreaterThanOrEqual(slot.getTime() + 10_000)
  await world.client.mergePatch(CONFIGURATIONS, 'missed', namespace, { spec: { paused: true } })
  expectEnd(await awaitEnd(world, session), 'Succeeded', 'SnapshotConfirmed')
  expect(await sessionsOf('missed')).toHaveLength(1)
})

test('while the controller is away CronJobs go on making sessions; when it is back the newest runs, and the others are superseded', async () => {
  const { namespace } = place
  await addBackup(world, place, 'backlog', { schedule: everyMinute })
  await awaitSeen(world, namespace, 'backlog')
  await world.stopController()
  for (const count of [1, 2]) {
    await world.nextSlot(namespace, triggerName('backlog'))
    await eventually(
      async () => ((await sessionsOf('backlog')).length >= count ? true : undefined),
      60,
      () => `fewer than ${count} sessions`,
    )
  }
  const made = await sessionsOf('backlog')
  for (const each of made) expect(each.status).toBeUndefined()
  await world.client.mergePatch(CRON_JOBS, triggerName('backlog'), namespace, { spec: { suspend: true } })
  await world.startController()
  const ended = await Promise.all(made.map(each => awaitEnd(world, each)))
  const [newest, ...older] = ended.reverse()
  if (newest !== undefined) expectEnd(newest, 'Succeeded', 'SnapshotConfirmed')
  expect(older.length).toBeGreaterThanOrEqual(1)
  for (const each of older) expectEnd(each, 'Skipped', 'Superseded', newest?.metadata.name ?? '-')
})

test('a controller that comes back follows the Job that it had started', async () => {
  const steps: Step[] = [{ name: 'patient', script: idle(5) }, 'pvc-backup', 'update-status']
  await addBackup(world, place, 'followed', chart => ({ task: ownTask(chart, world.image, 'followed', steps) }))
  await awaitSeen(world, place.namespace, 'followed')
  const begun = await startSession(world, place.namespace, 'followed')
  await podRunning(world, { namespace: place.namespace, name: begun.metadata.name }, 'patient')
  await world.stopController()
  await new Promise(resolve => setTimeout(resolve, 8_000))
  await world.startController()
  const ended = await awaitEnd(world, begun)
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(ended.status).toMatchObject({ attempt: 1 })
})

test('the metrics of a policy go with it', async () => {
  await addBackup(world, place, 'leaving')
  await awaitSeen(world, place.namespace, 'leaving')
  expectEnd(await backUp(world, place.namespace, 'leaving'), 'Succeeded', 'SnapshotConfirmed')
  expect((await metricsOf('leaving')).length).toBeGreaterThan(0)
  await world.client.delete(CONFIGURATIONS, 'leaving', place.namespace)
  await eventually(
    async () => ((await metricsOf('leaving')).length === 0 ? true : undefined),
    30,
    () => 'the Pushgateway still has them',
  )
  expect((await metricsOf('data')).length).toBeGreaterThan(0)
})

test('a node that is lost fails the session as disrupted, and the next one succeeds', async () => {
  const steps: Step[] = [{ name: 'lost', script: idle(600) }, 'pvc-backup', 'update-status']
  await addBackup(world, place, 'lost', chart => ({ task: ownTask(chart, world.image, 'lost', steps) }))
  await awaitSeen(world, place.namespace, 'lost')
  const begun = await startSession(world, place.namespace, 'lost')
  await podRunning(world, { namespace: place.namespace, name: begun.metadata.name }, 'lost')
  await world.loseNode()
  const ended = await awaitEnd(world, begun)
  // A controller that was lost with the node has only the Job’s word, which does not tell an eviction from a lost node.
  const { phase, reason, message } = endOf(ended)
  expect([phase, reason]).toEqual(['Failed', expect.stringMatching(/^(NodeLost|Evicted)$/)])
  expect(message).toContain(begun.metadata.name)
  expect(conditionOf(ended, 'BackupDisrupted')).toMatchObject({ status: 'True', reason })
  await expectNothingRuns(world, ended)
  await place.store.restic('cat', 'config')
  expectEnd(await backUp(world, place.namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
})
