import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import {
  BACKUP_SESSIONS,
  CONFIGURATIONS,
  FUNCTIONS,
  REPOSITORIES,
  type RepositoryObject,
  TASKS,
} from '../../../runtime/controller/objects.js'
import { JOBS, PERSISTENT_VOLUME_CLAIMS, PODS } from '../../../runtime/kube/resource.js'
import { addBackup, awaitSeen, type Place } from '../../behaviour/added-backup.js'
import { backUp } from '../../behaviour/await-session.js'
import { SECRETS } from '../../behaviour/kube-resource.js'
import { maintainedClaim } from '../../behaviour/maintained-claim.js'
import { removeOwnTasks } from '../../behaviour/own-task.js'
import type { ProtectedClaim } from '../../behaviour/protected-claim.js'
import { conditionOf, expectEnd, expectNothingRuns, jobsOf, snapshotsOf } from '../../behaviour/session-end.js'
import { startWorld } from '../../behaviour/start-world.js'
import { awaitEnd } from '../../behaviour/started-session.js'
import type { World } from '../../behaviour/world.js'
import { expectIntact, repositoryId, snapshotsAt } from './intact.js'
import { awaitGone, halting, midFlow, remove } from './mid-flow.js'

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

const hostOf = (name: string) => `${place.namespace}/${name}`

/** The next session of a policy stores a snapshot that builds upon the one before it. */
async function expectContinues(name: string, before: number): Promise<void> {
  expectEnd(await backUp(world, place.namespace, name), 'Succeeded', 'SnapshotConfirmed')
  const snapshots = await snapshotsAt(place.store, hostOf(name))
  expect(snapshots).toHaveLength(before + 1)
  expect(snapshots.at(-1)?.parent).toBe(snapshots.at(-2)?.id)
}

test.concurrent('a Job deleted after the upload does not cost the snapshot, and the session says what happened', async () => {
  const { session } = await midFlow(world, place, 'stored-job', { at: 'stored', seconds: 300 })
  const [job] = await jobsOf(world, session)
  await world.client.delete(JOBS, job?.metadata.name ?? '', place.namespace)
  const ended = await awaitEnd(world, session)
  expect(['Succeeded', 'PartiallySucceeded']).toContain(ended.status?.phase)
  expect(conditionOf(ended, 'BackupDisrupted')).toMatchObject({ status: 'True', reason: 'JobDeleted' })
  const [stored, ...more] = await snapshotsAt(place.store, hostOf('stored-job'))
  expect(more).toEqual([])
  expect(snapshotsOf(ended)).toMatchObject([{ id: stored?.id }])
  await expectNothingRuns(world, ended)
})

test.concurrent('a pod deleted after the upload does not cost the snapshot either: its mover had said how it went', async () => {
  const { session, pod } = await midFlow(world, place, 'stored-pod', { at: 'stored', seconds: 300 })
  await world.client.delete(PODS, pod, place.namespace)
  const ended = await awaitEnd(world, session)
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(conditionOf(ended, 'BackupDisrupted')).toMatchObject({ status: 'True', reason: 'PodDeleted' })
  const [stored] = await snapshotsAt(place.store, hostOf('stored-pod'))
  expect(snapshotsOf(ended)).toMatchObject([{ id: stored?.id, fileStats: { totalFiles: 2 } }])
})

test.concurrent('a Secret deleted in mid-flow fails the attempt that needs it, and its return heals the policy', async () => {
  const { namespace, store } = place
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'leaving', namespace },
    stringData: { ...store.secret },
  }
  await world.apply(secret)
  const props = { repositorySecretName: 'leaving', retryConfig: { maxRetry: 1, delay: '1s' } }
  const { session, pod } = await midFlow(world, place, 'secret', { at: 'before', seconds: 300 }, props)
  await world.client.delete(SECRETS, 'leaving', namespace)
  await world.client.delete(PODS, pod, namespace)
  await addBackup(world, place, 'secret', props)
  const ended = await awaitEnd(world, session)
  expectEnd(ended, 'Failed', 'SecretMissing', `Secret ${namespace}/leaving`)
  expect(ended.status).toMatchObject({ attempt: 2 })
  await world.apply(secret)
  await awaitSeen(world, namespace, 'secret')
  expectEnd(await backUp(world, namespace, 'secret'), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('a claim deleted in mid-flow stays until the session has ended well, and then the next one says that it is gone', async () => {
  const { namespace } = place
  await world.claim(namespace, 'leaving')
  await (await world.files(namespace, 'leaving')).write('last.txt', 'last\n')
  const props = { claim: 'leaving', startDeadline: '45s' }
  const { session } = await midFlow(world, place, 'claim', { at: 'before', seconds: 6 }, props)
  await world.client.delete(PERSISTENT_VOLUME_CLAIMS, 'leaving', namespace)
  const ended = await awaitEnd(world, session)
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(snapshotsOf(ended)).toMatchObject([{ fileStats: { totalFiles: 1 } }])
  await awaitGone(world, PERSISTENT_VOLUME_CLAIMS, namespace, 'leaving')
  const next = await backUp(world, namespace, 'claim')
  expectEnd(next, 'Failed', 'TargetNotFound', `PersistentVolumeClaim ${namespace}/leaving`)
  expect(await snapshotsAt(place.store, hostOf('claim'))).toHaveLength(1)
})

test.concurrent('a Repository deleted in mid-flow costs the session neither its end nor its record, and comes back to the same repository', async () => {
  const { namespace } = place
  const store = await world.store('local', namespace, 'leaving-keys')
  const spec = { backend: store.backend }
  const repository = {
    apiVersion: 'holdfast.dev/v1alpha1',
    kind: 'Repository',
    metadata: { name: 'leaving', namespace },
    spec,
  }
  await world.apply(repository)
  const other: Place = { namespace, claim: place.claim, repository: 'leaving' }
  await addBackup(world, other, 'repo')
  await awaitSeen(world, namespace, 'repo')
  expectEnd(await backUp(world, namespace, 'repo'), 'Succeeded', 'SnapshotConfirmed')
  const id = await repositoryId(store)
  const { session } = await midFlow(world, other, 'repo', { at: 'before', seconds: 6 })
  await world.client.delete(REPOSITORIES, 'leaving', namespace)
  const ended = await awaitEnd(world, session)
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  const [, stored] = await snapshotsAt(store, hostOf('repo'))
  expect(ended.status?.targets).toMatchObject([{ phase: 'Succeeded', totalHosts: 1 }])
  expect(snapshotsOf(ended)).toMatchObject([{ id: stored?.id, fileStats: { totalFiles: 2 } }])
  await world.apply(repository)
  await addBackup(world, other, 'repo')
  await awaitSeen(world, namespace, 'repo')
  expectEnd(await backUp(world, namespace, 'repo'), 'Succeeded', 'SnapshotConfirmed')
  expect(await repositoryId(store)).toBe(id)
  const found = await world.client.get<RepositoryObject>(REPOSITORIES, 'leaving', namespace)
  expect(found.status?.id).toBe(id)
  const snapshots = await snapshotsAt(store, hostOf('repo'))
  expect(snapshots.map(each => each.parent)).toEqual([undefined, ...snapshots.slice(0, -1).map(each => each.id)])
  await expectIntact(store)
})

test.concurrent('a BackupConfiguration deleted in mid-flow takes its session and mover along, and its return finds the repository as it was', async () => {
  const { namespace } = place
  await addBackup(world, place, 'policy')
  await awaitSeen(world, namespace, 'policy')
  expectEnd(await backUp(world, namespace, 'policy'), 'Succeeded', 'SnapshotConfirmed')
  const { session, pod } = await midFlow(world, place, 'policy', { at: 'stored', seconds: 300 })
  await world.client.delete(CONFIGURATIONS, 'policy', namespace)
  await awaitGone(world, BACKUP_SESSIONS, namespace, session.metadata.name)
  await awaitGone(world, PODS, namespace, pod)
  expect(await jobsOf(world, session)).toEqual([])
  await addBackup(world, place, 'policy')
  await awaitSeen(world, namespace, 'policy')
  await expectContinues('policy', 2)
})

test.concurrent('a BackupSession deleted in mid-flow takes its mover along, and the next session is not in its way', async () => {
  const { namespace } = place
  const { session, pod } = await midFlow(world, place, 'session', { at: 'stored', seconds: 300 })
  await world.client.delete(BACKUP_SESSIONS, session.metadata.name, namespace)
  await awaitGone(world, PODS, namespace, pod)
  await addBackup(world, place, 'session')
  await awaitSeen(world, namespace, 'session')
  await expectContinues('session', 1)
})

test.concurrent('Task and Functions deleted in mid-flow do not touch the running mover; without them the next session says which one is missing', async () => {
  const { namespace } = place
  const { session } = await midFlow(world, place, 'task', { at: 'before', seconds: 6 }, { startDeadline: '45s' })
  const own = `${namespace}-task`
  await remove(world, TASKS, undefined, own)
  await remove(world, FUNCTIONS, undefined, own)
  expectEnd(await awaitEnd(world, session), 'Succeeded', 'SnapshotConfirmed')
  const next = await backUp(world, namespace, 'task')
  expectEnd(next, 'Failed', 'TaskNotFound', `there is no Task '${own}'`)
  expect(await jobsOf(world, next)).toEqual([])
  await addBackup(world, place, 'task', halting(world, 'task', { at: 'before', seconds: 0 }))
  await awaitSeen(world, namespace, 'task')
  await expectContinues('task', 1)
})
