import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import {
  REPOSITORIES,
  RESTORE_SESSIONS,
  type RestoreSessionObject,
  type SessionObject,
} from '../../../runtime/controller/objects.js'
import { JOBS, PERSISTENT_VOLUME_CLAIMS, PODS } from '../../../runtime/kube/resource.js'
import { addRestore, type Place } from '../../behaviour/added-backup.js'
import { eventually } from '../../behaviour/eventually.js'
import { maintainedClaim } from '../../behaviour/maintained-claim.js'
import { idle, ownTask, removeOwnTasks, type Step } from '../../behaviour/own-task.js'
import type { ProtectedClaim } from '../../behaviour/protected-claim.js'
import { conditionOf, expectEnd, expectNothingRuns, jobsOf } from '../../behaviour/session-end.js'
import { startWorld } from '../../behaviour/start-world.js'
import { awaitEnd, awaitSession } from '../../behaviour/started-session.js'
import type { World } from '../../behaviour/world.js'
import { expectIntact } from './intact.js'
import { awaitGone } from './mid-flow.js'

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

/** Begins a restore into a new claim of the test’s name, and returns while its mover stands still before it writes. */
async function midRestore(name: string, seconds: number, at: Place = place): Promise<RestoreSessionObject> {
  const { namespace } = place
  await world.claim(namespace, name)
  const steps: Step[] = [{ name, script: idle(seconds) }, 'pvc-restore', 'update-status']
  const rules = [{ sourceHost: `${namespace}/data`, snapshots: ['latest'] }]
  const object = await addRestore(world, at, name, chart => {
    return { claim: name, rules, task: ownTask(chart, world.image, name, steps) }
  })
  return awaitSession(world, object, each => conditionOf(each, 'Reconciling')?.reason === 'Running')
}

const filesOf = async (claim: string) => (await world.files(place.namespace, claim)).list()
const everything = ['a.txt', 'dir/b.txt']

async function podOf(session: SessionObject): Promise<string> {
  const labelSelector = `batch.kubernetes.io/job-name=${session.status?.jobName}`
  return eventually(
    async () => {
      const { items } = await world.client.list(PODS, { namespace: place.namespace, labelSelector })
      return items[0]?.metadata.name
    },
    30,
    () => `restore ${session.metadata.name} has no pod`,
  )
}

test.concurrent.each([
  ['Job', 'JobDeleted'],
  ['pod', 'PodDeleted'],
])(
  'a %s deleted in the middle of a restore fails it as %s; it is never run again, and a new restore does the work',
  async (what, reason) => {
    const name = `without-${what.toLowerCase()}`
    const session = await midRestore(name, 300)
    const [job] = await jobsOf(world, session)
    if (what === 'Job') await world.client.delete(JOBS, job?.metadata.name ?? '', place.namespace)
    else await world.client.delete(PODS, await podOf(session), place.namespace)
    const ended = await awaitEnd(world, session)
    expectEnd(ended, 'Failed', reason)
    expect(conditionOf(ended, 'RestoreCompleted')).toMatchObject({ status: 'False', reason })
    await expectNothingRuns(world, ended)
    expect(await filesOf(name)).toEqual([])
    const rules = [{ sourceHost: `${place.namespace}/data`, snapshots: ['latest'] }]
    const again = await addRestore(world, place, `${name}-again`, { claim: name, rules })
    expectEnd(await awaitEnd(world, again), 'Succeeded', 'RestoreCompleted')
    expect(await filesOf(name)).toEqual(everything)
  },
)

test.concurrent('a Repository deleted in the middle of a restore does not cost the record of what was restored', async () => {
  const { namespace, store } = place
  const metadata = { name: 'leaving', namespace }
  const spec = { backend: store.backend }
  await world.apply({ apiVersion: 'holdfast.dev/v1alpha1', kind: 'Repository', metadata, spec })
  const session = await midRestore('without-repository', 6, { ...place, repository: 'leaving' })
  await world.client.delete(REPOSITORIES, 'leaving', namespace)
  const ended = await awaitEnd(world, session)
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  expect(ended.status?.stats).toMatchObject([{ phase: 'Succeeded', snapshot: expect.stringMatching(/^[0-9a-f]{64}$/) }])
  expect(await filesOf('without-repository')).toEqual(everything)
})

test.concurrent('a claim deleted in the middle of its restore is filled, and goes when the restore has ended', async () => {
  const session = await midRestore('leaving', 6)
  const files = await world.files(place.namespace, 'leaving')
  await world.client.delete(PERSISTENT_VOLUME_CLAIMS, 'leaving', place.namespace)
  const ended = await awaitEnd(world, session)
  expectEnd(ended, 'Succeeded', 'RestoreCompleted')
  await awaitGone(world, PERSISTENT_VOLUME_CLAIMS, place.namespace, 'leaving')
  // The volume's driver deletes after the claim has gone.
  const why = await eventually(
    () => files.list().then(() => undefined, String),
    60,
    () => 'its files are still there',
  )
  expect(why).toContain('ENOENT')
})

test.concurrent('a RestoreSession deleted in the middle takes its mover along, and the volume is as it was', async () => {
  const session = await midRestore('without-session', 300)
  const pod = await podOf(session)
  await world.client.delete(RESTORE_SESSIONS, session.metadata.name, place.namespace)
  await awaitGone(world, PODS, place.namespace, pod)
  expect(await jobsOf(world, session)).toEqual([])
  expect(await filesOf('without-session')).toEqual([])
})
