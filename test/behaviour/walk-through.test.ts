import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Repository, Retention, type Schedule, VolumeBackup, VolumeRestore } from '../../constructs/index.js'
import { annotations } from '../../lib/api/group.js'
import { triggerName } from '../../lib/names.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  CONFIGURATIONS,
  type ConfigurationObject,
  type PodObject,
  REPOSITORIES,
  type RepositoryObject,
} from '../../runtime/controller/objects.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { CRON_JOBS, PODS } from '../../runtime/kube/resource.js'
import { awaitObject, hasEnded, restore } from './await-session.js'
import { demoPod } from './demo-pod.js'
import { eventually } from './eventually.js'
import { policy } from './policy.js'
import { printedColumns } from './printed-columns.js'
import { backendOf } from './protected-claim.js'
import { conditionOf, expectEnd } from './session-end.js'
import { soon } from './soon.js'
import { startWorld } from './start-world.js'
import type { TestStore, VolumeFiles, World } from './world.js'

// The guide to stand-alone volumes that people know from Stash, step by step.
let world: World
let namespace: string
let files: VolumeFiles
let store: TestStore
let schedule: Schedule
let session: BackupSessionObject
const pods = new Map<string, string>()
const application = { user: 1000, group: 1000 }
const names = ['demo-pod-1', 'demo-pod-2']
const fileOf = (pod: string) => `${pod}/data/hello.txt`

beforeAll(async () => {
  world = await startWorld()
  namespace = await world.namespace()
}, 180_000)
afterAll(() => world.stop(), 60_000)

/** The policy as it is committed, running or paused. */
function policyOf(paused: boolean): KubeObject[] {
  return policy(world, namespace, chart => {
    const repository = new Repository(chart, 'store', { backend: backendOf(store.backend) })
    const retention = Retention.keep({ last: 5 })
    const readAs = application
    new VolumeBackup(chart, 'nfs-pvc-backup', { claim: 'nfs-pvc', repository, schedule, retention, paused, readAs })
  })
}

const runningPod = async (name: string) => {
  const isRunning = ({ status }: PodObject) => status?.phase === 'Running'
  const { metadata, status } = await awaitObject<PodObject>(world, PODS, namespace, name, isRunning, 60)
  return `${metadata.uid} since ${status?.containerStatuses?.[0]?.state?.running?.startedAt}`
}

describe('the walk-through of a shared volume', () => {
  test('a ReadWriteMany claim is used by two pods in two sub-paths', async () => {
    await world.claim(namespace, 'nfs-pvc', { accessModes: ['ReadWriteMany'] })
    files = await world.files(namespace, 'nfs-pvc')
    for (const name of names) {
      await world.apply(demoPod(world.image, { namespace, name, claim: 'nfs-pvc', subPath: `${name}/data` }))
      pods.set(name, await runningPod(name))
    }
    const texts = await eventually(
      async () => Promise.all(names.map(name => files.read(fileOf(name)))).catch(() => undefined),
      30,
      async () => `there are only ${(await files.list()).join(', ')}`,
    )
    expect(texts).toEqual(['hello from demo-pod-1\n', 'hello from demo-pod-2\n'])
  }, 180_000)

  test('Secret, Repository and BackupConfiguration are created, and the CronJob is there', async () => {
    store = await world.store('s3', namespace, 'store-keys')
    schedule = soon()
    await world.apply(...policyOf(false))
    const isReady = (found: ConfigurationObject) =>
      ['RepositoryFound', 'BackupTargetFound', 'CronJobFound', 'Ready'].every(
        type => found.status?.conditions?.find(each => each.type === type)?.status === 'True',
      )
    await awaitObject<ConfigurationObject>(world, CONFIGURATIONS, namespace, 'nfs-pvc-backup', isReady, 30)
    const name = triggerName('nfs-pvc-backup')
    const cronJob = await world.client.get<CronJobObject>(CRON_JOBS, name, namespace)
    expect(cronJob.spec).toMatchObject({ schedule: schedule.expression, suspend: false })
  }, 60_000)

  test('the BackupSession of the next slot succeeds', async () => {
    await world.nextSlot(namespace, triggerName('nfs-pvc-backup'))
    session = await eventually(
      async () => (await world.client.list<BackupSessionObject>(BACKUP_SESSIONS, { namespace })).items[0],
      60,
      () => 'no BackupSession',
    )
    const { name } = session.metadata
    session = await awaitObject<BackupSessionObject>(world, BACKUP_SESSIONS, namespace, name, hasEnded)
    expect(session.metadata.annotations?.[annotations.scheduledAt]).toBeDefined()
    expectEnd(session, 'Succeeded', 'SnapshotConfirmed')
  }, 300_000)

  test('the Repository shows INTEGRITY true, SIZE, SNAPSHOT-COUNT 1 and LAST-SUCCESSFUL-BACKUP', async () => {
    const isComplete = ({ status }: RepositoryObject) => status?.integrity !== undefined && status.snapshotCount === 1
    const repository = await awaitObject<RepositoryObject>(world, REPOSITORIES, namespace, 'store', isComplete, 60)
    expect(await printedColumns(world, repository)).toMatchObject({
      Integrity: true,
      Size: expect.stringMatching(/^\d/),
      'Snapshot-Count': 1,
      'Last-Successful-Backup': expect.stringMatching(/^20\d\d-/),
    })
  }, 90_000)

  test('the BackupConfiguration is paused', async () => {
    await world.apply(...policyOf(true))
    const isPaused = (found: ConfigurationObject) =>
      found.status?.conditions?.some(each => each.type === 'Paused' && each.status === 'True') === true
    await awaitObject<ConfigurationObject>(world, CONFIGURATIONS, namespace, 'nfs-pvc-backup', isPaused, 30)
    const name = triggerName('nfs-pvc-backup')
    expect((await world.client.get<CronJobObject>(CRON_JOBS, name, namespace)).spec).toMatchObject({ suspend: true })
  }, 60_000)

  test('the files are deleted, and a RestoreSession of the latest snapshots succeeds', async () => {
    for (const name of names) await files.remove(fileOf(name))
    expect(await files.list()).toEqual([])
    const [object] = policy(world, namespace, chart => {
      const repository = Repository.fromManifest(chart, 'store', {
        metadata: { name: 'store', namespace },
        spec: { backend: store.backend },
      })
      new VolumeRestore(chart, 'nfs-pvc-restore', {
        claim: 'nfs-pvc',
        repository,
        rules: [{ snapshots: ['latest'] }],
        readAs: application,
        overwrite: 'Merge',
        acknowledge: 'restores-again-on-recreation',
      })
    })
    if (object === undefined) throw new Error('a VolumeRestore is one object')
    const restored = await restore(world, object)
    expectEnd(restored, 'Succeeded', 'RestoreCompleted')
    expect(conditionOf(restored, 'RestoreCompleted')?.status).toBe('True')
  }, 180_000)

  test('the files are back, with both pods still running', async () => {
    for (const name of names) {
      expect(await files.read(fileOf(name))).toBe(`hello from ${name}\n`)
      expect(await files.owner(fileOf(name))).toMatchObject({ uid: application.user })
      expect(await runningPod(name)).toBe(pods.get(name))
    }
  }, 60_000)
})

interface CronJobObject extends KubeObject {
  readonly spec: { readonly schedule: string; readonly suspend: boolean }
}
