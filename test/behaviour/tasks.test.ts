import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import {
  CONFIGURATIONS,
  type ConfigurationObject,
  FUNCTIONS,
  type PodObject,
} from '../../runtime/controller/objects.js'
import { PERSISTENT_VOLUME_CLAIMS, PODS } from '../../runtime/kube/resource.js'
import { addBackup, awaitSeen, type Change } from './added-backup.js'
import { awaitObject, backUp } from './await-session.js'
import { eventually } from './eventually.js'
import { maintainedClaim } from './maintained-claim.js'
import { idle, ownTask, removeOwnTasks, type Step } from './own-task.js'
import type { ProtectedClaim } from './protected-claim.js'
import { conditionOf, endOf, expectEnd, jobsOf, podRunning, snapshotsOf } from './session-end.js'
import { startWorld } from './start-world.js'
import { awaitEnd, startSession } from './started-session.js'
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

async function begin(name: string, change: Change) {
  await addBackup(world, place, name, change)
  await awaitSeen(world, place.namespace, name)
  return startSession(world, place.namespace, name)
}

const contentOf = (path: string, snapshot: string) => place.store.restic('dump', snapshot, `/holdfast-data/${path}`)

test.concurrent('a step before the backup writes into the volume, with values of the policy, and its file is in the snapshot', async () => {
  const script = 'printf %s "${GREETING:=hello} ${NAME}" > "${TARGET_MOUNT_PATH}/dump.txt"'
  const steps: Step[] = [{ name: 'dump', script, target: true }, 'pvc-backup', 'update-status']
  const begun = await begin('dump', chart => {
    const { name } = ownTask(chart, world.image, 'dump', steps)
    return { task: { name, params: { NAME: 'world' } } }
  })
  const ended = await awaitEnd(world, begun)
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  const [snapshot] = snapshotsOf(ended)
  expect(await contentOf('dump.txt', snapshot?.id ?? '')).toBe('hello world')
})

test.concurrent('an interim volume is made for the session, mounted in every step, and removed after it', async () => {
  const script = 'mkdir -p "${INTERIM_DATA_DIR}" && df /holdfast-interim-volume > "${INTERIM_DATA_DIR}/note"'
  const later = `test -s "\${INTERIM_DATA_DIR}/note"; ${idle(4)}; wait; test -s "\${INTERIM_DATA_DIR}/note"`
  const steps: Step[] = [{ name: 'first', script }, { name: 'later', script: later }, 'pvc-backup', 'update-status']
  const spec = { accessModes: ['ReadWriteOnce' as const], resources: { requests: { storage: '1Gi' } } }
  const begun = await begin('interim', chart => ({
    task: ownTask(chart, world.image, 'interim', steps),
    interimVolumeTemplate: { metadata: { name: 'scratch' }, spec },
  }))
  await podRunning(world, { namespace: place.namespace, name: begun.metadata.name }, 'later')
  const claims = async () => {
    const { items } = await world.client.list(PERSISTENT_VOLUME_CLAIMS, { namespace: place.namespace })
    return items.map(each => each.metadata.name).filter(name => name.includes('scratch'))
  }
  expect(await claims()).toHaveLength(1)
  expectEnd(await awaitEnd(world, begun), 'Succeeded', 'SnapshotConfirmed')
  await eventually(
    async () => ((await claims()).length === 0 ? true : undefined),
    30,
    () => 'the claim is still there',
  )
})

test.concurrent('a Function that changed since the synth does not change what runs, and the policy says so', async () => {
  const step = { name: 'versioned', script: 'printf one > "${TARGET_MOUNT_PATH}/version.txt"', target: true }
  const steps: Step[] = [step, 'pvc-backup', 'update-status']
  await addBackup(world, place, 'versioned', chart => ({ task: ownTask(chart, world.image, 'versioned', steps) }))
  await awaitSeen(world, place.namespace, 'versioned')
  const name = `${place.namespace}-versioned`
  const args = ['printf two > "${TARGET_MOUNT_PATH}/version.txt"']
  await world.client.mergePatch(FUNCTIONS, name, undefined, { spec: { args } })
  const ended = await eventually(
    async () => {
      // The controller may not have seen the change yet; then this session tells nothing.
      const session = await backUp(world, place.namespace, 'versioned')
      return conditionOf(session, 'FunctionsChanged')?.status === 'True' ? session : undefined
    },
    60,
    () => 'no session says FunctionsChanged',
  )
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(await contentOf('version.txt', snapshotsOf(ended)[0]?.id ?? '')).toBe('one')
})

test.concurrent('settings of pod and containers reach the pod', async () => {
  const steps: Step[] = [{ name: 'settings', script: idle(4) }, 'pvc-backup', 'update-status']
  const begun = await begin('settings', chart => ({
    task: ownTask(chart, world.image, 'settings', steps),
    runtimeSettings: {
      pod: { podLabels: { team: 'shop' }, podAnnotations: { note: 'kept' } },
      container: { nice: { adjustment: 10 }, ionice: { class: 3 }, env: [{ name: 'TZ', value: 'Europe/Berlin' }] },
    },
  }))
  const { pod } = await podRunning(world, { namespace: place.namespace, name: begun.metadata.name }, 'settings')
  const { metadata, spec } = await world.client.get<PodObject>(PODS, pod, place.namespace)
  expect(metadata.labels).toMatchObject({ team: 'shop', 'app.kubernetes.io/managed-by': 'holdfast' })
  expect(metadata.annotations).toMatchObject({ note: 'kept' })
  expect(spec).toMatchObject({ serviceAccountName: 'default', automountServiceAccountToken: false })
  expect(JSON.stringify(spec)).toContain('{"name":"TZ","value":"Europe/Berlin"}')
  expectEnd(await awaitEnd(world, begun), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('nothing of the policy’s own labels reaches the Job, and the Job belongs to the session', async () => {
  const ended = await awaitEnd(
    world,
    await begin('labelled', { metadata: { labels: { 'argocd.argoproj.io/instance': 'shop' } } }),
  )
  expectEnd(ended, 'Succeeded', 'SnapshotConfirmed')
  expect(ended.metadata.ownerReferences).toMatchObject([{ kind: 'BackupConfiguration', name: 'labelled' }])
  const [job] = await jobsOf(world, ended)
  expect(JSON.stringify(job?.metadata.labels)).not.toContain('argocd')
  expect(job?.metadata.ownerReferences).toMatchObject([{ kind: 'BackupSession', uid: ended.metadata.uid }])
})

test.concurrent('a parameter that no Function has a default for is refused by name', async () => {
  const steps: Step[] = [{ name: 'needy', script: 'echo ${NEEDED:=}' }, 'pvc-backup', 'update-status']
  await addBackup(world, place, 'needy', chart => ({ task: ownTask(chart, world.image, 'needy', steps) }))
  const name = `${place.namespace}-needy`
  await world.client.mergePatch(FUNCTIONS, name, undefined, { spec: { args: ['echo ${NEEDED}'] } })
  // Without a committed template it is the controller that resolves, and that says what is missing.
  await world.client.mergePatch(CONFIGURATIONS, 'needy', place.namespace, { spec: { jobTemplate: null } })
  await awaitObject<ConfigurationObject>(world, CONFIGURATIONS, place.namespace, 'needy', ({ metadata, status }) => {
    return status?.observedGeneration === metadata.generation
  })
  const ended = await backUp(world, place.namespace, 'needy')
  expect(endOf(ended).phase).toBe('Failed')
  expectEnd(ended, 'Failed', 'TaskInvalid', `Function ${name}`, 'NEEDED')
})
