import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Retention } from '../../constructs/index.js'
import { annotations } from '../../lib/api/group.js'
import { REPOSITORIES, type RepositoryObject } from '../../runtime/controller/objects.js'
import { awaitObject, backUp } from './await-session.js'
import { maintainedClaim } from './maintained-claim.js'
import type { ProtectedClaim } from './protected-claim.js'
import { startWorld } from './start-world.js'
import type { World } from './world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
}, 180_000)
afterAll(() => world.stop(), 60_000)

/** Asks for a check and waits until one has begun since, and was recorded. */
async function checked({ namespace, repository }: ProtectedClaim): Promise<RepositoryObject> {
  const at = `${new Date().toISOString().slice(0, 19)}Z`
  const metadata = { annotations: { [annotations.checkRequestedAt]: at } }
  await world.client.mergePatch(REPOSITORIES, repository, namespace, { metadata })
  const isDone = ({ status }: RepositoryObject) => (status?.lastCheckTime ?? '') >= at
  return awaitObject<RepositoryObject>(world, REPOSITORIES, namespace, repository, isDone, 120)
}
const snapshotsOf = async ({ store }: ProtectedClaim) =>
  (JSON.parse(await store.restic('snapshots', '--json')) as object[]).length

test('a repository that lost data is backed up into, and keeps every snapshot that its retention would remove', async () => {
  const place = await maintainedClaim(world, { backup: { retention: Retention.keep({ last: 1 }) } })
  const { namespace, files, store } = place
  const before = await world.client.get<RepositoryObject>(REPOSITORIES, 'store', namespace)
  expect(before.status?.integrity).toBe(true)
  const volume = await world.files(namespace, store.backend.local?.persistentVolumeClaim?.claimName ?? '')
  const packs = (await volume.list()).filter(path => path.startsWith('repository/data/'))
  await volume.remove(packs[0] ?? '')
  const { status } = await checked(place)
  expect(status?.integrity).toBe(false)
  const told = status?.conditions?.map(each => `${each.type} ${each.status} ${each.reason}`)
  expect(told).toContain('IntegrityVerified False CheckFailed')
  expect(told).toContain('RetentionPolicyApplied False RepositoryDamaged')

  for (const name of ['second', 'third']) {
    await files.write(`${name}.txt`, `of the ${name}\n`)
    const session = await backUp(world, namespace, 'data', name)
    expect(session.status?.targets?.[0]?.stats?.[0]?.snapshots).toHaveLength(1)
  }
  const after = (await checked(place)).status
  expect(after?.integrity).toBe(false)
  expect(after?.lastForgetTime).toBe(before.status?.lastForgetTime)
  expect(await snapshotsOf(place)).toBe(3)
}, 400_000)
