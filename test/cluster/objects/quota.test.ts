import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { addBackup, addRestore, awaitMaintained, awaitSeen, type Change } from '../../behaviour/added-backup.js'
import { backUp } from '../../behaviour/await-session.js'
import { eventually } from '../../behaviour/eventually.js'
import { ownTask, removeOwnTasks, type Step } from '../../behaviour/own-task.js'
import { type ProtectedClaim, protectedClaim } from '../../behaviour/protected-claim.js'
import { conditionOf, expectEnd, jobsOf } from '../../behaviour/session-end.js'
import { startWorld } from '../../behaviour/start-world.js'
import { awaitEnd } from '../../behaviour/started-session.js'
import type { World } from '../../behaviour/world.js'
import { resources } from '../../cluster-policy/policy-namespaces.js'

jest.setTimeout(240_000)

let world: World
let place: ProtectedClaim

const runtimeSettings = { container: { resources } }
const counted = ['cpu', 'memory', 'ephemeral-storage'].flatMap(name => [`requests.${name}`, `limits.${name}`])

// Everything that this namespace runs must state what it asks for: without bounds, nothing is admitted.
beforeAll(async () => {
  world = await startWorld()
  const hooks = { preBackup: { exec: { command: ['true'] } } }
  const maintenance = { resources }
  place = await protectedClaim(world, { backup: { runtimeSettings, hooks }, repository: { maintenance } })
  const { namespace } = place
  const hard = Object.fromEntries(counted.map(name => [name, name.includes('cpu') ? '20' : '64Gi']))
  const metadata = { name: 'strict', namespace }
  await world.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } })
})
afterAll(async () => {
  await removeOwnTasks(world)
  await world.stop()
})

test('a backup with a hook succeeds under a quota that counts every limit, and its repository is maintained', async () => {
  expectEnd(await backUp(world, place.namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
  const { status } = await awaitMaintained(world, place)
  expect(status?.integrity).toBe(true)
})

test('a session whose step fails is ended by a finish Job that the quota admits', async () => {
  const steps: Step[] = ['pvc-backup', { name: 'breaks', script: 'exit 5' }, 'update-status']
  const change: Change = chart => ({ task: ownTask(chart, world.image, 'broken', steps), runtimeSettings })
  await addBackup(world, place, 'broken', change)
  await awaitSeen(world, place.namespace, 'broken')
  const ended = await backUp(world, place.namespace, 'broken')
  expectEnd(ended, 'Failed', 'StepFailed', 'breaks-1', 'exit code 5')
  // Only a finish Job can have found it.
  expect(conditionOf(ended, 'SnapshotConfirmed')).toMatchObject({ status: 'True' })
  // The session ends with the pod, and Kubernetes completes the Job a moment later.
  const complete = async () => {
    const jobs = (await jobsOf(world, ended)).filter(job => job.metadata.name.endsWith('-finish'))
    const done = jobs.filter(({ status }) => status?.conditions?.some(each => each.type === 'Complete'))
    return done.length === 1 && jobs.length === 1 ? true : undefined
  }
  await eventually(complete, 60, () => 'there is no finish Job, more than one, or it did not complete')
})

test('a restore fills a new claim under the same quota', async () => {
  const { namespace } = place
  await world.claim(namespace, 'fresh')
  const rules = [{ sourceHost: `${namespace}/data`, snapshots: ['latest'] }]
  const restore = await addRestore(world, place, 'again', { claim: 'fresh', rules, runtimeSettings })
  const ended = await awaitEnd(world, restore)
  expect(ended.status).toMatchObject({ phase: 'Succeeded' })
  expect((await (await world.files(namespace, 'fresh')).list()).sort()).toEqual((await place.files.list()).sort())
})
