import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { Schedule } from '../../constructs/index.js'
import { annotations, apiGroup, apiVersion } from '../../lib/api/group.js'
import { sessionName, triggerName } from '../../lib/names.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  type JobObject,
  REPOSITORIES,
  type RepositoryObject,
  rfc3339,
} from '../../runtime/controller/objects.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { CRON_JOBS, JOBS } from '../../runtime/kube/resource.js'
import { addBackup, awaitSeen } from './added-backup.js'
import { awaitObject, backUp } from './await-session.js'
import { eventually } from './eventually.js'
import { maintainedClaim } from './maintained-claim.js'
import { idle, ownTask, removeOwnTasks } from './own-task.js'
import type { ProtectedClaim } from './protected-claim.js'
import { endOf, expectEnd, podRunning } from './session-end.js'
import { startWorld } from './start-world.js'
import { awaitEnd, awaitSession, startSession } from './started-session.js'
import type { World } from './world.js'

jest.setTimeout(180_000)

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

/** A session as the trigger makes it for a scheduled minute. */
function scheduled(configuration: string, slot: Date): BackupSessionObject {
  const name = sessionName(configuration, slot)
  return {
    apiVersion,
    kind: 'BackupSession',
    metadata: { name, namespace: place.namespace, annotations: { [annotations.scheduledAt]: rfc3339(slot) } },
    spec: { invoker: { apiGroup, kind: 'BackupConfiguration', name: configuration } },
  }
}

const minute = (ago: number) => new Date((Math.floor(Date.now() / 60_000) - ago) * 60_000)

async function sessionsOf(configuration: string): Promise<BackupSessionObject[]> {
  const { items } = await world.client.list<BackupSessionObject>(BACKUP_SESSIONS, { namespace: place.namespace })
  return items.filter(each => each.spec.invoker.name === configuration)
}

interface CronJobObject extends KubeObject {
  readonly spec: {
    readonly suspend?: boolean
    readonly jobTemplate: Pick<JobObject, 'spec'> & { readonly metadata?: object }
  }
}

/** What `kubectl create job --from=cronjob/…` makes, and what the CronJob’s own controller makes for a minute. */
async function jobFromCronJob(configuration: string, name: string): Promise<JobObject> {
  const cronJob = await world.client.get<CronJobObject>(CRON_JOBS, triggerName(configuration), place.namespace)
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...cronJob.spec.jobTemplate.metadata, name, namespace: place.namespace },
    spec: cronJob.spec.jobTemplate['spec'],
  }
  await world.client.create(JOBS, job)
  return awaitObject<JobObject>(world, JOBS, place.namespace, name, found =>
    (found.status?.conditions ?? []).some(each => each.type === 'Complete' && each.status === 'True'),
  )
}

test.concurrent('a paused policy suspends its CronJob, skips a scheduled session, and runs one that is made by hand', async () => {
  await addBackup(world, place, 'paused', { paused: true })
  await awaitSeen(world, place.namespace, 'paused')
  const cronJob = await world.client.get<CronJobObject>(CRON_JOBS, triggerName('paused'), place.namespace)
  expect(cronJob.spec.suspend).toBe(true)
  const session = await world.client.create(BACKUP_SESSIONS, scheduled('paused', minute(0)))
  expectEnd(await awaitEnd(world, session), 'Skipped', 'Paused', 'BackupConfiguration paused')
  expectEnd(await backUp(world, place.namespace, 'paused'), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('a Job that a person makes from the CronJob gives a manual session', async () => {
  await addBackup(world, place, 'by-hand')
  await awaitSeen(world, place.namespace, 'by-hand')
  await jobFromCronJob('by-hand', 'pressed-the-button')
  const [session, ...more] = await sessionsOf('by-hand')
  expect(more).toEqual([])
  expect(session?.metadata.name).toMatch(/^by-hand-manual-[0-9a-f]+$/)
  expect(session?.metadata.annotations?.[annotations.scheduledAt]).toBeUndefined()
  if (session !== undefined) expectEnd(await awaitEnd(world, session), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('two triggers of one minute make one session: the later meets what is there', async () => {
  await addBackup(world, place, 'twice')
  await awaitSeen(world, place.namespace, 'twice')
  const slot = minute(0)
  const name = `${triggerName('twice')}-${slot.getTime() / 60_000}`
  await jobFromCronJob('twice', name)
  const [first] = await sessionsOf('twice')
  expect(first?.metadata.name).toBe(sessionName('twice', slot))
  expect(first?.metadata.annotations?.[annotations.scheduledAt]).toBe(rfc3339(slot))
  await world.client.delete(JOBS, name, place.namespace)
  await eventually(
    async () => ((await world.client.tryGet(JOBS, name, place.namespace)) === undefined ? true : undefined),
    30,
    () => `Job ${name} is still there`,
  )
  await jobFromCronJob('twice', name)
  expect((await sessionsOf('twice')).map(each => each.metadata.uid)).toEqual([first?.metadata.uid])
})

test.concurrent('a session that is made in the same moment as its policy runs', async () => {
  await addBackup(world, place, 'at-once')
  expectEnd(await backUp(world, place.namespace, 'at-once'), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('a CronJob makes a session for its minute', async () => {
  await addBackup(world, place, 'minutely', { schedule: Schedule.cron('* * * * *') })
  await world.nextSlot(place.namespace, triggerName('minutely'))
  const session = await eventually(
    async () => (await sessionsOf('minutely'))[0],
    60,
    () => 'no session',
  )
  expect(session.metadata.annotations?.[annotations.scheduledAt]).toMatch(/:00Z$/)
  expectEnd(await awaitEnd(world, session), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('a session that comes while another of the policy runs is skipped as Overlapping', async () => {
  const slow = { name: 'slow', script: idle(300) }
  const steps = [slow, 'pvc-backup', 'update-status'] as const
  await addBackup(world, place, 'slow', chart => ({ task: ownTask(chart, world.image, 'slow', steps) }))
  await awaitSeen(world, place.namespace, 'slow')
  const first = await startSession(world, place.namespace, 'slow')
  await podRunning(world, { namespace: place.namespace, name: first.metadata.name }, 'slow')
  const second = await backUp(world, place.namespace, 'slow')
  expectEnd(second, 'Skipped', 'Overlapping', first.metadata.name)
  const running = await awaitSession(world, first, () => true)
  expect(endOf(running).phase).toBe('Running')
  await world.client.delete(BACKUP_SESSIONS, first.metadata.name, place.namespace)
})

test.concurrent('of two sessions that wait, the newer runs and the older is skipped as Superseded', async () => {
  const absent = { ...place, repository: 'comes-later' }
  const { spec } = await world.client.get<RepositoryObject>(REPOSITORIES, 'store', place.namespace)
  const metadata = { name: absent.repository, namespace: place.namespace }
  const repository = { apiVersion, kind: 'Repository', metadata, spec }
  await world.apply(repository)
  await addBackup(world, absent, 'backlog')
  await awaitSeen(world, place.namespace, 'backlog')
  await world.client.delete(REPOSITORIES, absent.repository, place.namespace)
  const old = await world.client.create(BACKUP_SESSIONS, scheduled('backlog', minute(2)))
  await awaitSession(world, old, each => endOf(each).reason === 'RepositoryNotFound')
  const recent = await world.client.create(BACKUP_SESSIONS, scheduled('backlog', minute(1)))
  await awaitSession(world, recent, each => endOf(each).phase === 'Pending')
  await world.apply(repository)
  expectEnd(await awaitEnd(world, old), 'Skipped', 'Superseded', recent.metadata.name)
  expectEnd(await awaitEnd(world, recent), 'Succeeded', 'SnapshotConfirmed')
})
