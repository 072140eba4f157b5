import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { addBackup, addRestore, awaitMaintained, awaitSeen, type Change } from '../../behaviour/added-backup.js'
import { backUp } from '../../behaviour/await-session.js'
import { LIMIT_RANGES, RESOURCE_QUOTAS } from '../../behaviour/kube-resource.js'
import { ownTask, removeOwnTasks, type Step } from '../../behaviour/own-task.js'
import { type ProtectedClaim, protectedClaim } from '../../behaviour/protected-claim.js'
import { endOf, expectEnd, expectNothingRuns, jobsOf } from '../../behaviour/session-end.js'
import { startWorld } from '../../behaviour/start-world.js'
import { awaitEnd, awaitSession, startSession } from '../../behaviour/started-session.js'
import type { World } from '../../behaviour/world.js'
import { expectIntact } from './intact.js'
import { remove } from './mid-flow.js'
import { tagImage, untagImage } from './node-image.js'

jest.setTimeout(240_000)

let world: World
/** A place with a backup, for the restores. */
let restorable: Promise<ProtectedClaim>
beforeAll(async () => {
  world = await startWorld()
  restorable = backedUp()
})
afterAll(async () => {
  await removeOwnTasks(world)
  await world.stop()
})

/** A namespace of its own, for what is refused is refused for all of it. */
async function backedUp(backup: Partial<Parameters<typeof protectedClaim>[1]> = {}): Promise<ProtectedClaim> {
  const place = await protectedClaim(world, backup)
  expectEnd(await backUp(world, place.namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
  return place
}

const quota = (namespace: string, hard: Readonly<Record<string, string>>) =>
  world.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'tight', namespace }, spec: { hard } })

/** The session waits in Kubernetes' own words, and goes on by itself once the obstacle is gone. */
async function waitsAndHeals(place: ProtectedClaim, words: readonly string[], lift: () => Promise<void>) {
  const session = await startSession(world, place.namespace, 'data')
  const waiting = await awaitSession(world, session, each => endOf(each).reason === 'JobRejected')
  for (const word of words) expect(endOf(waiting).message).toContain(word)
  await lift()
  const ended = await awaitEnd(world, session)
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(ended.status?.attempt).toBe(1)
  expect(await jobsOf(world, ended)).toHaveLength(1)
  await expectIntact(place.store)
}

test.concurrent.each([
  ['Jobs', 'count/jobs.batch', '0'],
  ['pods', 'pods', '0'],
  ['memory', 'limits.memory', '1Mi'],
])(
  'a quota of %s that is used up is told in the API server’s words; lifted, the same session succeeds',
  async (_what, key, value) => {
    const place = await protectedClaim(world)
    await quota(place.namespace, { [key]: value })
    const words = key === 'limits.memory' ? ['tight', 'limits.memory'] : ['exceeded quota: tight', key]
    await waitsAndHeals(place, words, () => remove(world, RESOURCE_QUOTAS, place.namespace, 'tight'))
  },
)

test.concurrent('a LimitRange that the mover does not fit is told in the API server’s words; lifted, the same session succeeds', async () => {
  const place = await protectedClaim(world)
  const { namespace } = place
  const limits = [{ type: 'Container', max: { memory: '4Mi' } }]
  await world.apply({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'tight', namespace }, spec: { limits } })
  await waitsAndHeals(place, ['maximum memory usage per Container is 4Mi'], () =>
    remove(world, LIMIT_RANGES, namespace, 'tight'),
  )
})

test.concurrent('a quota that is never lifted fails the session within startDeadline, with nothing left behind', async () => {
  const place = await backedUp({ backup: { startDeadline: '45s' } })
  await awaitMaintained(world, place)
  await quota(place.namespace, { pods: '0' })
  const ended = await backUp(world, place.namespace, 'data')
  expectEnd(ended, 'Failed', 'JobRejected', 'exceeded quota: tight')
  await expectNothingRuns(world, ended)
  await expectIntact(place.store)
})

test.concurrent('a restore that Pod Security refuses fails with its words, and the volume is as it was', async () => {
  const place = await restorable
  const { namespace } = place
  await world.claim(namespace, 'fresh')
  const change = { claim: 'fresh', privileges: 'read-any-file', startDeadline: '45s' } as const
  const rules = [{ sourceHost: `${namespace}/data`, snapshots: ['latest'] }]
  const ended = await awaitEnd(world, await addRestore(world, place, 'refused', { ...change, rules }))
  expectEnd(ended, 'Failed', 'JobRejected', 'violates PodSecurity "restricted', 'runAsUser=0')
  expect(await (await world.files(namespace, 'fresh')).list()).toEqual([])
  await expectNothingRuns(world, ended)
})

test.concurrent('an image that comes late is waited for with its name, and the same session succeeds', async () => {
  const place = await protectedClaim(world)
  const { namespace } = place
  const image = `holdfast.dev/late:${namespace}`
  const steps: Step[] = [{ name: 'late', script: 'true', image }, 'pvc-backup', 'update-status']
  const change: Change = chart => ({ task: ownTask(chart, world.image, 'late', steps), startDeadline: '2m' })
  await addBackup(world, place, 'late', change)
  await awaitSeen(world, namespace, 'late')
  const session = await startSession(world, namespace, 'late')
  const waiting = await awaitSession(world, session, each => endOf(each).reason === 'ImageNotPulled')
  expect(endOf(waiting).message).toContain(image)
  await tagImage(world.image, image)
  const ended = await awaitEnd(world, session)
  await untagImage(image)
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(ended.status?.attempt).toBe(1)
})

test.concurrent('a restore whose image never comes fails within startDeadline, and the volume is as it was', async () => {
  const place = await restorable
  const { namespace } = place
  await world.claim(namespace, 'empty')
  const image = 'holdfast.dev/never:none'
  const steps: Step[] = [{ name: 'never', script: 'true', image, target: true }, 'pvc-restore', 'update-status']
  const rules = [{ sourceHost: `${namespace}/data`, snapshots: ['latest'] }]
  const object = await addRestore(world, place, 'never', chart => ({
    claim: 'empty',
    startDeadline: '45s',
    task: ownTask(chart, world.image, 'never', steps),
    rules,
  }))
  const ended = await awaitEnd(world, object)
  expectEnd(ended, 'Failed', 'ImageNotPulled', image)
  expect(await (await world.files(namespace, 'empty')).list()).toEqual([])
  await expectNothingRuns(world, ended)
})
