import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { type BackupSessionObject, REPOSITORIES, type RepositoryObject } from '../../runtime/controller/objects.js'
import { addBackup, awaitMaintained, awaitSeen, type Change, type Place } from './added-backup.js'
import { ownTask, removeOwnTasks, type Step } from './own-task.js'
import { type ProtectedClaim, protectedClaim } from './protected-claim.js'
import { conditionOf, endOf, expectEnd, expectNothingRuns, snapshotsOf } from './session-end.js'
import { startWorld } from './start-world.js'
import { awaitEnd, startSession } from './started-session.js'
import type { TestStore, World } from './world.js'

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

async function backedUp(name: string, change: Change, to: Place = place): Promise<BackupSessionObject> {
  await addBackup(world, to, name, change)
  await awaitSeen(world, to.namespace, name)
  const ended = await awaitEnd(world, await startSession(world, to.namespace, name))
  await expectNothingRuns(world, ended)
  return ended
}

const secret = (name: string, keys: Readonly<Record<string, string>>) => {
  const metadata = { name, namespace: place.namespace }
  return { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { ...keys } }
}

async function addRepository(name: string, backend: TestStore['backend']): Promise<Place> {
  const metadata = { name, namespace: place.namespace }
  await world.apply({ apiVersion: 'holdfast.dev/v1alpha1', kind: 'Repository', metadata, spec: { backend } })
  return { namespace: place.namespace, claim: place.claim, repository: name }
}

test.concurrent('a Secret that does not exist fails the session at once, and is named', async () => {
  const ended = await backedUp('no-secret', { repositorySecretName: 'nowhere' })
  expectEnd(ended, 'Failed', 'SecretMissing', `Secret ${place.namespace}/nowhere`)
  expect(conditionOf(ended, 'BackendSecretFound')).toMatchObject({ status: 'False', reason: 'SecretMissing' })
  await place.store.restic('cat', 'config')
})

test.concurrent('a key that the Secret lacks fails the session, and is named', async () => {
  await world.apply(secret('no-password', { SOMETHING_ELSE: 'x' }))
  const ended = await backedUp('no-password', { repositorySecretName: 'no-password' })
  expectEnd(ended, 'Failed', 'SecretKeyMissing', `Secret ${place.namespace}/no-password`, 'RESTIC_PASSWORD')
  await place.store.restic('cat', 'config')
})

test.concurrent('a wrong password is told apart from an absent repository', async () => {
  await world.apply(secret('wrong', { ...place.store.secret, RESTIC_PASSWORD: 'not this one' }))
  const ended = await backedUp('wrong', { repositorySecretName: 'wrong' })
  expectEnd(ended, 'Failed', 'WrongPassword', `Secret ${place.namespace}/wrong`)
  expect(JSON.stringify(ended)).not.toContain('not this one')
  await place.store.restic('cat', 'config')
})

test.concurrent('a store that does not answer fails the session as BackendUnreachable, and Repository and session say so', async () => {
  const unreachable = await addRepository('unreachable', {
    rest: { url: 'http://127.0.0.1:9/' },
    storageSecretName: 'store-keys',
  })
  // The built-in step waits a minute and a half for a store; an administrator may apply a less patient one.
  const impatient: Step = { name: 'impatient', of: 'pvc-backup', args: ['--open-patience=2'] }
  const change: Change = chart => ({ task: ownTask(chart, world.image, 'impatient', [impatient, 'update-status']) })
  const ended = await backedUp('unreachable', change, unreachable)
  expectEnd(ended, 'Failed', 'BackendUnreachable', '127.0.0.1:9')
  const repository = await world.client.get<RepositoryObject>(REPOSITORIES, 'unreachable', place.namespace)
  expect(repository.status?.id).toBeUndefined()
  expect(conditionOf(repository as never, 'Reachable')).toMatchObject({ status: 'False', reason: 'BackendUnreachable' })
})

test.concurrent('a snapshot that is gone before it is confirmed fails the session as SnapshotNotConfirmed', async () => {
  const forget = 'restic --repo "${REPOSITORY_URL}" --password-file /holdfast-secret/RESTIC_PASSWORD --no-cache forget'
  const thief: Step = { name: 'thief', script: `${forget} --host "${'$'}{HOSTNAME}" latest`, repository: true }
  const steps: Step[] = ['pvc-backup', thief, 'update-status']
  const ended = await backedUp('stolen', chart => ({ task: ownTask(chart, world.image, 'stolen', steps) }))
  expectEnd(ended, 'Failed', 'SnapshotNotConfirmed', `${place.namespace}/stolen`)
  expect(conditionOf(ended, 'SnapshotConfirmed')).toMatchObject({ status: 'False' })
  expect(snapshotsOf(ended)).toEqual([])
  const left = JSON.parse(await place.store.restic('snapshots', '--json')) as { hostname: string }[]
  expect(left.map(each => each.hostname)).toEqual([`${place.namespace}/data`])
})

test.concurrent('another repository in the place of the known one fails the session as RepositoryReplaced', async () => {
  const stores = await Promise.all(
    ['first-keys', 'second-keys'].map(name => world.store('local', place.namespace, name)),
  )
  const [first, second] = stores as [TestStore, TestStore]
  const moved = await addRepository('moved', first.backend)
  const other = await addRepository('other', second.backend)
  expect(endOf(await backedUp('moved', {}, moved)).phase).toBe('Succeeded')
  expect(endOf(await backedUp('other', {}, other)).phase).toBe('Succeeded')
  const before = await world.client.get<RepositoryObject>(REPOSITORIES, 'moved', place.namespace)
  await addRepository('moved', second.backend)
  const ended = await backedUp('moved', {}, moved)
  expectEnd(ended, 'Failed', 'RepositoryReplaced', (before.status?.id ?? '-').slice(0, 8))
  const after = await world.client.get<RepositoryObject>(REPOSITORIES, 'moved', place.namespace)
  expect(after.status?.id).toBe(before.status?.id)
  expect(conditionOf(after as never, 'Initialized')).toMatchObject({ status: 'False', reason: 'RepositoryReplaced' })
  for (const store of [first, second]) await store.restic('cat', 'config')
})

test.concurrent('a repository that has vanished fails the session, and is never made anew', async () => {
  const store = await world.store('local', place.namespace, 'gone-keys')
  const gone = await addRepository('gone', store.backend)
  expect(endOf(await backedUp('gone', {}, gone)).phase).toBe('Succeeded')
  await awaitMaintained(world, gone)
  const claim = store.backend.local?.persistentVolumeClaim?.claimName ?? ''
  const files = await world.files(place.namespace, claim)
  for (const path of await files.list()) await files.remove(path)
  for (const attempt of [1, 2]) {
    const ended = await backedUp('gone', {}, gone)
    expectEnd(ended, 'Failed', 'RepositoryVanished')
    expect([attempt, await files.list()]).toEqual([attempt, []])
  }
})
