import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { addBackup, addRestore, awaitSeen, type Place } from '../../behaviour/added-backup.js'
import { backUp } from '../../behaviour/await-session.js'
import { maintainedClaim } from '../../behaviour/maintained-claim.js'
import { ownTask, removeOwnTasks } from '../../behaviour/own-task.js'
import type { ProtectedClaim } from '../../behaviour/protected-claim.js'
import { conditionOf, expectEnd, expectNothingRuns, snapshotsOf } from '../../behaviour/session-end.js'
import { startWorld } from '../../behaviour/start-world.js'
import { awaitEnd } from '../../behaviour/started-session.js'
import type { World } from '../../behaviour/world.js'
import { expectIntact, snapshotsAt } from './intact.js'
import { SmallVolume } from './small-volume.js'

jest.setTimeout(240_000)

let world: World
let place: ProtectedClaim
beforeAll(async () => {
  world = await startWorld()
  place = await maintainedClaim(world)
})
afterAll(async () => {
  await expectIntact(place.store)
  await SmallVolume.removeAll()
  await removeOwnTasks(world)
  await world.stop()
})

/** Text that neither compression nor deduplication makes smaller. */
const incompressible = (bytes: number) => randomBytes(bytes / 2).toString('hex')

/** A claim of its own with a small file. */
async function addClaim(name: string): Promise<Place> {
  await world.claim(place.namespace, name)
  await (await world.files(place.namespace, name)).write('small.txt', 'small\n')
  return { ...place, claim: name }
}

test.concurrent('a repository whose volume is full fails the session as StoreFull; it stays intact, and with room again the next session succeeds', async () => {
  const { namespace } = place
  const own = await addClaim('growing')
  const store = await world.store('local', namespace, 'small-keys')
  const backend = store.backend.local?.persistentVolumeClaim?.claimName ?? ''
  const volume = await SmallVolume.below(world, namespace, backend, '3m')
  const metadata = { name: 'small', namespace }
  const spec = { backend: store.backend }
  await world.apply({ apiVersion: 'holdfast.dev/v1alpha1', kind: 'Repository', metadata, spec })
  await addBackup(world, { ...own, repository: 'small' }, 'growing')
  await awaitSeen(world, namespace, 'growing')
  expectEnd(await backUp(world, namespace, 'growing'), 'Succeeded', 'SnapshotConfirmed')
  await (await world.files(namespace, 'growing')).write('large.bin', incompressible(12_000_000))
  const ended = await backUp(world, namespace, 'growing')
  expectEnd(ended, 'Failed', 'StoreFull', 'no space left on device', '/holdfast-data')
  expect(snapshotsOf(ended)).toEqual([])
  await expectNothingRuns(world, ended)
  expect(await snapshotsAt(store, `${namespace}/growing`)).toHaveLength(1)
  await expectIntact(store)
  await volume.resize('64m')
  expectEnd(await backUp(world, namespace, 'growing'), 'Succeeded', 'SnapshotConfirmed')
  const snapshots = await snapshotsAt(store, `${namespace}/growing`)
  expect(snapshots.map(each => each.parent)).toEqual([undefined, snapshots[0]?.id])
  await expectIntact(store)
})

test.concurrent('a scratch volume in memory that is full fails the session as ScratchFull, and a larger one lets the next succeed', async () => {
  const { namespace } = place
  const own = await addClaim('scratch')
  await (await world.files(namespace, 'scratch')).write('large.bin', incompressible(12_000_000))
  const small = { medium: 'Memory', sizeLimit: '1Mi', disableCaching: true } as const
  await addBackup(world, own, 'scratch', { tempDir: small })
  await awaitSeen(world, namespace, 'scratch')
  const ended = await backUp(world, namespace, 'scratch')
  expectEnd(ended, 'Failed', 'ScratchFull', 'no space left on device', 'restic-temp')
  expect(await snapshotsAt(place.store, `${namespace}/scratch`)).toEqual([])
  await addBackup(world, own, 'scratch', { tempDir: { ...small, sizeLimit: '96Mi' } })
  await awaitSeen(world, namespace, 'scratch')
  expectEnd(await backUp(world, namespace, 'scratch'), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('a scratch volume on the node’s disk that outgrows its limit is an eviction that names the volume, and costs nothing that was stored', async () => {
  const { namespace } = place
  const own = await addClaim('evicted')
  const hog = 'dd if=/dev/zero of=/holdfast-tmp/hog bs=1M count=8; trap "exit 143" TERM; sleep 120 & wait'
  await addBackup(world, own, 'hog', chart => ({
    tempDir: { sizeLimit: '4Mi' },
    task: ownTask(chart, world.image, 'hog', [{ name: 'hog', script: hog }, 'pvc-backup', 'update-status']),
  }))
  await awaitSeen(world, namespace, 'hog')
  const ended = await backUp(world, namespace, 'hog')
  expectEnd(ended, 'Failed', 'Evicted', 'holdfast-tmp', '4Mi')
  expect(conditionOf(ended, 'BackupDisrupted')).toMatchObject({ status: 'True', reason: 'Evicted' })
  await expectNothingRuns(world, ended)
  expectEnd(await backUp(world, namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('a restore into a volume that is full fails as TargetFull and never says that it is complete', async () => {
  const { namespace } = place
  const own = await addClaim('origin')
  await (await world.files(namespace, 'origin')).write('large.bin', incompressible(6_000_000))
  await addBackup(world, own, 'origin')
  await awaitSeen(world, namespace, 'origin')
  expectEnd(await backUp(world, namespace, 'origin'), 'Succeeded', 'SnapshotConfirmed')
  await world.claim(namespace, 'narrow')
  const volume = await SmallVolume.below(world, namespace, 'narrow', '1m')
  const rules = [{ sourceHost: `${namespace}/origin`, snapshots: ['latest'] }]
  const ended = await awaitEnd(world, await addRestore(world, place, 'narrow', { claim: 'narrow', rules }))
  expectEnd(ended, 'Failed', 'TargetFull', 'no space left on device')
  expect(conditionOf(ended, 'RestoreCompleted')).toMatchObject({ status: 'False' })
  await volume.resize('32m')
  const again = { claim: 'narrow', rules, overwrite: 'Replace', acknowledge: 'restores-again-on-recreation' } as const
  expectEnd(await awaitEnd(world, await addRestore(world, place, 'wide', again)), 'Succeeded', 'RestoreCompleted')
  expect(await (await world.files(namespace, 'narrow')).list()).toEqual(['large.bin', 'small.txt'])
})
