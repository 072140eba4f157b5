import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { restoresAgain, type VolumeRestoreProps } from '../../constructs/index.js'
import { RESTORE_SESSIONS, type RestoreSessionObject } from '../../runtime/controller/objects.js'
import { addBackup, addRestore, awaitMaintained, awaitSeen } from './added-backup.js'
import { backUp } from './await-session.js'
import { type ProtectedClaim, protectedClaim } from './protected-claim.js'
import { expectEnd, expectNothingRuns, jobsOf, snapshotsOf } from './session-end.js'
import { startWorld } from './start-world.js'
import { awaitEnd } from './started-session.js'
import type { VolumeFiles, World } from './world.js'

jest.setTimeout(180_000)

let world: World
let place: ProtectedClaim
let host: string
let oldest: string
beforeAll(async () => {
  world = await startWorld()
  place = await protectedClaim(world)
  host = `${place.namespace}/data`
  const first = await backUp(world, place.namespace, 'data')
  expectEnd(first, 'Succeeded', 'SnapshotConfirmed')
  oldest = snapshotsOf(first)[0]?.id ?? ''
  await awaitMaintained(world, place)
  await place.files.write('a.txt', 'second a\n')
  await place.files.write('c.txt', 'c\n')
  expectEnd(await backUp(world, place.namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
}, 120_000)
afterAll(() => world.stop())

/** A claim of its own with these files, and what a restore of the policy `data` does to it. */
async function restored(
  claim: string,
  before: Readonly<Record<string, string>>,
  props: Partial<VolumeRestoreProps> = {},
): Promise<{ ended: RestoreSessionObject; after: Record<string, string> }> {
  await world.claim(place.namespace, claim)
  const files = await world.files(place.namespace, claim)
  for (const [path, content] of Object.entries(before)) await files.write(path, content)
  const rules = [{ sourceHost: host, snapshots: ['latest'] }]
  const object = await addRestore(world, place, claim, { claim, rules, ...props })
  const ended = await awaitEnd(world, object)
  await expectNothingRuns(world, ended)
  return { ended, after: await contents(files) }
}

async function contents(files: VolumeFiles): Promise<Record<string, string>> {
  const paths = await files.list()
  return Object.fromEntries(await Promise.all(paths.map(async path => [path, await files.read(path)])))
}

const latest = { 'a.txt': 'second a\n', 'c.txt': 'c\n', 'dir/b.txt': 'b\n' }

test.concurrent('an empty claim is filled with the newest backup, and the session says how much', async () => {
  const { ended, after } = await restored('empty', {})
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  expect(after).toEqual(latest)
  const [stats] = ended.status?.stats ?? []
  expect(stats).toMatchObject({ phase: 'Succeeded', bytesRestored: 13 })
  expect(stats?.snapshot).toMatch(/^[0-9a-f]{64}$/)
})

test.concurrent('a claim with nothing but lost+found counts as empty', async () => {
  const { ended, after } = await restored('formatted', { 'lost+found/.keep': '' })
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  expect(after).toEqual({ ...latest, 'lost+found/.keep': '' })
})

test.concurrent('IfEmpty with Fail refuses a claim that holds files, and writes nothing', async () => {
  const { ended, after } = await restored('full', { 'own.txt': 'own' }, { whenNotEmpty: 'Fail' })
  expectEnd(ended, 'Failed', 'TargetNotEmpty', '/holdfast-data holds files')
  expect(after).toEqual({ 'own.txt': 'own' })
})

test.concurrent('IfEmpty with Skip leaves a claim that holds files alone, and git sees it as done', async () => {
  const { ended, after } = await restored('left-alone', { 'own.txt': 'own' })
  expectEnd(ended, 'Skipped', 'TargetNotEmpty')
  expect(ended.status?.conditions?.find(each => each.type === 'Ready')).toMatchObject({ status: 'True' })
  expect(after).toEqual({ 'own.txt': 'own' })
})

test.concurrent('Merge writes the files of the snapshot over those that are there, and leaves others', async () => {
  const before = { 'own.txt': 'own', 'a.txt': 'changed since' }
  const { ended, after } = await restored('merged', before, { overwrite: 'Merge', acknowledge: restoresAgain })
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  expect(after).toEqual({ ...latest, 'own.txt': 'own' })
})

test.concurrent('Replace makes the claim what the snapshot is, and spares lost+found', async () => {
  const before = { 'own.txt': 'own', 'a.txt': 'changed since', 'lost+found/#1': 'inode' }
  const { ended, after } = await restored('replaced', before, { overwrite: 'Replace', acknowledge: restoresAgain })
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  expect(after).toEqual({ ...latest, 'lost+found/#1': 'inode' })
})

test.concurrent('include takes only what it names, relative to the stored path', async () => {
  const rules = [{ sourceHost: host, snapshots: ['latest'], include: ['/dir'] }]
  const { ended, after } = await restored('included', {}, { rules })
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  expect(after).toEqual({ 'dir/b.txt': 'b\n' })
})

test.concurrent('exclude leaves out what it names, relative to the stored path', async () => {
  const rules = [{ sourceHost: host, snapshots: ['latest'], exclude: ['/dir', 'c.*'] }]
  const { ended, after } = await restored('excluded', {}, { rules })
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  expect(after).toEqual({ 'a.txt': 'second a\n' })
})

test.concurrent('another mount path is no trap: the data comes to lie at the root of the claim', async () => {
  const { ended, after } = await restored('elsewhere', {}, { mountPath: '/srv/elsewhere' })
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  expect(after).toEqual(latest)
})

test.concurrent('a destination inside the claim receives the data, and is the only folder that must be empty', async () => {
  const { ended, after } = await restored('inside', { 'own.txt': 'own' }, { destination: '/holdfast-data/deep/down' })
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  const moved = Object.fromEntries(Object.entries(latest).map(([path, content]) => [`deep/down/${path}`, content]))
  expect(after).toEqual({ ...moved, 'own.txt': 'own' })
})

test.concurrent('a snapshot is restored by its id, however old it is', async () => {
  const rules = [{ sourceHost: host, snapshots: [oldest] }]
  const { ended, after } = await restored('by-id', {}, { rules })
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  expect(ended.status?.stats?.[0]?.snapshot).toBe(oldest)
  expect(after).toEqual({ 'a.txt': 'a\n', 'dir/b.txt': 'b\n' })
})

test.concurrent('a host without snapshots fails the restore, and the message says which there are', async () => {
  const rules = [{ sourceHost: 'nobody/nothing', snapshots: ['latest'] }]
  const { ended, after } = await restored('nobody', {}, { rules })
  expectEnd(ended, 'Failed', 'SnapshotNotFound', "host 'nobody/nothing' has no snapshot", `${host}:/holdfast-data`)
  expect(after).toEqual({})
})

test.concurrent('a snapshot of another host is not taken unless sourceHost says so', async () => {
  const { ended, after } = await restored('not-mine', {}, { rules: [{ snapshots: [oldest] }] })
  expectEnd(ended, 'Failed', 'SnapshotNotFound', `is of host '${host}'`, 'sourceHost')
  expect(after).toEqual({})
})

test.concurrent('a restore that is done is never run again for the same object', async () => {
  const { ended } = await restored('once', {})
  const files = await world.files(place.namespace, 'once')
  await files.remove('a.txt')
  const { name } = ended.metadata
  await world.client.mergePatch(RESTORE_SESSIONS, name, place.namespace, { metadata: { annotations: { again: '1' } } })
  await new Promise(resolve => setTimeout(resolve, 2_000))
  expect(await jobsOf(world, ended)).toHaveLength(1)
  expect(await files.list()).toEqual(['c.txt', 'dir/b.txt'])
})

test.concurrent('two paths never pour into one, and latest is the newest set that is complete', async () => {
  await place.files.write('left/same.txt', 'left\n')
  await place.files.write('right/same.txt', 'right\n')
  const paths = ['/holdfast-data/left', '/holdfast-data/right']
  await addBackup(world, place, 'pair', { paths })
  await awaitSeen(world, place.namespace, 'pair')
  expectEnd(await backUp(world, place.namespace, 'pair'), 'Succeeded', 'SnapshotConfirmed')
  await place.files.write('left/same.txt', 'newer\n')
  await place.files.write('right/same.txt', 'newer\n')
  const newer = await backUp(world, place.namespace, 'pair')
  expectEnd(newer, 'Succeeded', 'SnapshotConfirmed')
  expect(snapshotsOf(newer).map(each => each.path)).toEqual(paths)
  const sourceHost = `${place.namespace}/pair`
  const both = await restored('both', {}, { rules: [{ sourceHost, snapshots: ['latest'] }] })
  expectEnd(both.ended, 'Succeeded', 'RestoreCompleted')
  expect(both.after).toEqual({ 'left/same.txt': 'newer\n', 'right/same.txt': 'newer\n' })
  await place.store.restic('--retry-lock', '1m', 'forget', snapshotsOf(newer)[1]?.id ?? '')
  const complete = await restored('complete', {}, { rules: [{ sourceHost, snapshots: ['latest'] }] })
  expectEnd(complete.ended, 'Succeeded', 'RestoreCompleted')
  expect(complete.after).toEqual({ 'left/same.txt': 'left\n', 'right/same.txt': 'right\n' })
})
