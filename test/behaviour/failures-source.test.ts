import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { Retention } from '../../constructs/index.js'
import { REPOSITORIES, type RepositoryObject } from '../../runtime/controller/objects.js'
import { addBackup, awaitSeen, type Change } from './added-backup.js'
import { awaitObject, backUp } from './await-session.js'
import { type ProtectedClaim, protectedClaim } from './protected-claim.js'
import { expectEnd, expectNothingRuns, snapshotsOf } from './session-end.js'
import { startWorld } from './start-world.js'
import type { World } from './world.js'

jest.setTimeout(180_000)

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

async function backedUp(place: ProtectedClaim, change: Change) {
  await addBackup(world, place, 'app', change)
  await awaitSeen(world, place.namespace, 'app')
  const ended = await backUp(world, place.namespace, 'app')
  await expectNothingRuns(world, ended)
  return ended
}

const repositoryOf = ({ namespace }: ProtectedClaim) =>
  world.client.get<RepositoryObject>(REPOSITORIES, 'store', namespace)

/** The Repository once retention has followed a backup that was stored after `last`. */
const retained = ({ namespace }: ProtectedClaim, last = '') =>
  awaitObject<RepositoryObject>(
    world,
    REPOSITORIES,
    namespace,
    'store',
    ({ status }) => (status?.lastForgetTime ?? '') > last && (status?.lastCheckTime ?? '') !== '',
  )

async function snapshotCount(place: ProtectedClaim): Promise<number> {
  return (JSON.parse(await place.store.restic('snapshots', '--json')) as unknown[]).length
}

/** A retention that must not come would come within this many milliseconds. */
const timeForRetention = 4_000
const foreign = { mode: 0o600, uid: 0 }

test.concurrent('a file that cannot be read fails the session and is named, and the snapshot that lacks it is recorded', async () => {
  const place = await protectedClaim(world)
  await place.files.write('private.txt', 'x', foreign)
  const ended = await backedUp(place, {})
  expectEnd(ended, 'Failed', 'SourceUnreadable', '/holdfast-data/private.txt')
  const [snapshot, ...more] = snapshotsOf(ended)
  expect(more).toEqual([])
  expect(snapshot).toMatchObject({ path: '/holdfast-data', fileStats: { unreadableFiles: 1 } })
  const stored = await place.store.restic('ls', snapshot?.id ?? '')
  expect(stored).toContain('/holdfast-data/a.txt')
  expect((await repositoryOf(place)).status?.lastForgetTime).toBeUndefined()
})

test.concurrent('with partialPolicy Accept an unreadable file makes the session PartiallySucceeded, and retention waits for the next good one', async () => {
  const place = await protectedClaim(world)
  const change: Change = { partialPolicy: 'Accept', retention: Retention.keep({ last: 1 }) }
  expectEnd(await backedUp(place, change), 'Succeeded', 'SnapshotConfirmed')
  const first = await retained(place)
  await place.files.write('private.txt', 'x', foreign)
  const partial = await backUp(world, place.namespace, 'app')
  expectEnd(partial, 'PartiallySucceeded', 'SourceUnreadable', '/holdfast-data/private.txt')
  expect(snapshotsOf(partial)).toMatchObject([{ fileStats: { unreadableFiles: 1 } }])
  await place.files.remove('private.txt')
  await sleep(timeForRetention)
  expect(await snapshotCount(place)).toBe(2)
  expectEnd(await backUp(world, place.namespace, 'app'), 'Succeeded', 'SnapshotConfirmed')
  const last = await retained(place, first.status?.lastForgetTime)
  expect(last.status?.snapshotsRemovedOnLastCleanup).toBe(2)
  expect(await snapshotCount(place)).toBe(1)
})

test.concurrent('a volume without files fails the session as EmptySource, with the path', async () => {
  const place = await protectedClaim(world)
  await world.claim(place.namespace, 'empty')
  expectEnd(await backedUp(place, { claim: 'empty' }), 'Failed', 'EmptySource', '/holdfast-data')
})

test.concurrent('with emptySourcePolicy Accept a volume without files succeeds, and retention waits for the next good one', async () => {
  const place = await protectedClaim(world)
  const change: Change = { emptySourcePolicy: 'Accept', retention: Retention.keep({ last: 1 }) }
  expectEnd(await backedUp(place, change), 'Succeeded', 'SnapshotConfirmed')
  const first = await retained(place)
  for (const path of await place.files.list()) await place.files.remove(path)
  const empty = await backUp(world, place.namespace, 'app')
  expectEnd(empty, 'Succeeded', 'SnapshotConfirmed')
  expect(snapshotsOf(empty)).toMatchObject([{ fileStats: { totalFiles: 0 } }])
  await place.files.write('again.txt', 'again')
  await sleep(timeForRetention)
  expect(await snapshotCount(place)).toBe(2)
  expectEnd(await backUp(world, place.namespace, 'app'), 'Succeeded', 'SnapshotConfirmed')
  const last = await retained(place, first.status?.lastForgetTime)
  expect(last.status?.snapshotsRemovedOnLastCleanup).toBe(2)
})

test.concurrent('a path that the volume does not have fails the session before anything is stored, and is named', async () => {
  const place = await protectedClaim(world)
  const ended = await backedUp(place, { paths: ['/holdfast-data', '/holdfast-data/nowhere'] })
  expectEnd(ended, 'Failed', 'PathMissing', '/holdfast-data/nowhere')
  expect(snapshotsOf(ended)).toEqual([])
})

test.concurrent('a path that is a file fails the session, and is named', async () => {
  const place = await protectedClaim(world)
  const ended = await backedUp(place, { paths: ['/holdfast-data/a.txt'] })
  expectEnd(ended, 'Failed', 'PathNotDirectory', '/holdfast-data/a.txt')
})
