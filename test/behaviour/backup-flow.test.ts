import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Repository, Retention, VolumeBackup } from '../../constructs/index.js'
import { annotations, apiGroup, labels } from '../../lib/api/group.js'
import { sessionName, triggerName } from '../../lib/names.js'
import type { JobTemplate } from '../../lib/pod.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  CONFIGURATIONS,
  type ConfigurationObject,
  type JobObject,
  REPOSITORIES,
  type RepositoryObject,
} from '../../runtime/controller/objects.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { CRON_JOBS, JOBS } from '../../runtime/kube/resource.js'
import { awaitObject, hasEnded } from './await-session.js'
import { eventually } from './eventually.js'
import { SECRETS } from './kube-resource.js'
import { metricValue } from './metric-series.js'
import { policy } from './policy.js'
import { backendOf } from './protected-claim.js'
import { conditionOf, snapshotsOf } from './session-end.js'
import { soon } from './soon.js'
import { startWorld } from './start-world.js'
import type { TestStore, VolumeFiles, World } from './world.js'

let world: World
let namespace: string
let files: VolumeFiles
let store: TestStore
let objects: KubeObject[]
let session: BackupSessionObject
let job: JobObject & { spec: JobTemplate['spec'] }

beforeAll(async () => {
  world = await startWorld()
  namespace = await world.namespace()
  await world.claim(namespace, 'shared', { accessModes: ['ReadWriteMany'] })
  files = await world.files(namespace, 'shared')
  await files.write('orders/1.txt', 'one\n')
  await files.write('orders/2.txt', 'two\n')
}, 180_000)
afterAll(() => world.stop(), 60_000)

const written = <T extends KubeObject>(kind: string): T => {
  const found = objects.find(object => object.kind === kind)
  if (found === undefined) throw new Error(`the policy has no ${kind}`)
  return found as T
}
const read = <T extends KubeObject>(kind: typeof JOBS, name: string) => world.client.get<T>(kind, name, namespace)

describe('a stand-alone volume is backed up', () => {
  test('1. a user creates a secret with access credentials of the backend', async () => {
    store = await world.store('s3', namespace, 'store-keys')
    const secret = await read<KubeObject & { data: Record<string, string> }>(SECRETS, 'store-keys')
    expect(Object.keys(secret.data)).toEqual(expect.arrayContaining(['RESTIC_PASSWORD', 'AWS_SECRET_ACCESS_KEY']))
  })

  test('2. she creates a Repository that specifies the backend along with the secret', async () => {
    objects = policy(world, namespace, chart => {
      const repository = new Repository(chart, 'store', { backend: backendOf(store.backend) })
      new VolumeBackup(chart, 'orders', {
        claim: 'shared',
        repository,
        schedule: soon(),
        retention: Retention.keep({ last: 5 }),
      })
    })
    await world.apply(written('Repository'))
    const { spec } = await read<RepositoryObject>(REPOSITORIES, 'store')
    expect(spec.backend).toEqual({ ...store.backend, storageSecretName: 'store-keys' })
    for (const secret of Object.values(store.secret)) expect(JSON.stringify(objects)).not.toContain(secret)
  })

  test('3. she creates a BackupConfiguration that targets the volume and specifies the Task', async () => {
    await world.apply(...objects)
    const { spec } = await read<ConfigurationObject>(CONFIGURATIONS, 'orders')
    expect(spec).toMatchObject({
      target: { ref: { kind: 'PersistentVolumeClaim', name: 'shared' } },
      repository: { name: 'store' },
      task: { name: 'pvc-backup' },
    })
  })

  test('4. Holdfast watches for BackupConfigurations', async () => {
    const met = (found: ConfigurationObject) => found.status?.observedGeneration === found.metadata.generation
    const { status } = await awaitObject<ConfigurationObject>(world, CONFIGURATIONS, namespace, 'orders', met, 30)
    const holds = status?.conditions?.filter(each => each.status === 'True').map(each => each.type)
    expect(holds).toEqual(expect.arrayContaining(['RepositoryFound', 'BackupTargetFound']))
  })

  test('5. there is a CronJob with the schedule specified in the BackupConfiguration', async () => {
    const cronJob = await read<KubeObject & { spec: object }>(CRON_JOBS, triggerName('orders'))
    const { schedule, timeZone } = written<ConfigurationObject>('BackupConfiguration').spec
    expect(cronJob.spec).toMatchObject({ schedule, timeZone, suspend: false })
    const found = (object: ConfigurationObject) =>
      object.status?.conditions?.some(each => each.type === 'CronJobFound' && each.status === 'True') === true
    await awaitObject<ConfigurationObject>(world, CONFIGURATIONS, namespace, 'orders', found, 30)
  })

  test('6. on the next scheduled slot, the CronJob triggers a backup by creating a BackupSession', async () => {
    await world.nextSlot(namespace, triggerName('orders'))
    session = await eventually(
      async () => (await world.client.list<BackupSessionObject>(BACKUP_SESSIONS, { namespace })).items[0],
      60,
      () => 'no BackupSession',
    )
    const slot = session.metadata.annotations?.[annotations.scheduledAt] ?? ''
    expect(session.metadata.name).toBe(sessionName('orders', new Date(slot)))
    expect(session.spec.invoker).toEqual({ apiGroup, kind: 'BackupConfiguration', name: 'orders' })
  }, 180_000)

  test('7. Holdfast watches for BackupSessions', async () => {
    const met = (found: BackupSessionObject) => found.status?.jobName !== undefined
    session = await awaitObject(world, BACKUP_SESSIONS, namespace, session.metadata.name, met, 30)
    expect(session.status).toMatchObject({ attempt: 1, phase: expect.stringMatching(/Pending|Running|Succeeded/) })
    const owner = await read(CONFIGURATIONS, 'orders')
    const owned = (found: BackupSessionObject) =>
      found.metadata.ownerReferences?.some(each => each.uid === owner.metadata.uid) === true
    await awaitObject(world, BACKUP_SESSIONS, namespace, session.metadata.name, owned, 30)
  })

  test('8. it resolves the Task and its Functions and prepares a backup Job definition', async () => {
    job = await awaitObject(world, JOBS, namespace, session.status?.jobName ?? '', () => true, 30)
    const template = written<ConfigurationObject>('BackupConfiguration').spec.jobTemplate as JobTemplate | undefined
    const committed = template?.spec.template.spec
    const pod = job.spec.template.spec
    expect(pod.initContainers.map(each => each.name)).toEqual(['pvc-backup-0'])
    expect(pod.containers.map(each => each.name)).toEqual(['update-status-1'])
    expect(pod.initContainers.map(each => each.args)).toEqual(committed?.initContainers.map(each => each.args))
    expect(pod.containers.map(each => each.args)).toEqual(committed?.containers.map(each => each.args))
  })

  test('9. it mounts the targeted volume into the Job and creates it', async () => {
    const { volumes, initContainers } = job.spec.template.spec
    const volume = volumes.find(each => each.persistentVolumeClaim?.claimName === 'shared')
    expect(volume?.persistentVolumeClaim?.readOnly).toBe(true)
    expect(initContainers[0]?.volumeMounts).toContainEqual(
      expect.objectContaining({ name: volume?.name, mountPath: '/holdfast-data' }),
    )
    expect(job.metadata.labels).toMatchObject({ [labels.session]: session.metadata.name })
    expect(job.metadata.ownerReferences?.map(each => each.uid)).toEqual([session.metadata.uid])
  })

  test('10. the Job takes a backup of the targeted volume', async () => {
    session = await awaitObject<BackupSessionObject>(world, BACKUP_SESSIONS, namespace, session.metadata.name, hasEnded)
    const snapshots = JSON.parse(await store.restic('snapshots', '--json'))
    expect(snapshots).toMatchObject([{ hostname: `${namespace}/shared`, paths: ['/holdfast-data'] }])
    expect(await store.restic('dump', snapshots[0].id, '/holdfast-data/orders/1.txt')).toBe('one\n')
    expect(await store.restic('dump', snapshots[0].id, '/holdfast-data/orders/2.txt')).toBe('two\n')
  }, 180_000)

  test('11. the Job sends metrics to the Pushgateway and the BackupSession and Repository status reflect the backup', async () => {
    const [snapshot] = JSON.parse(await store.restic('snapshots', '--json'))
    expect(session.status?.phase).toBe('Succeeded')
    expect(conditionOf(session, 'SnapshotConfirmed')?.status).toBe('True')
    expect(snapshotsOf(session)).toMatchObject([{ id: snapshot.id, totalBytes: 8, fileStats: { totalFiles: 2 } }])
    const metrics = await world.metrics()
    const own = { namespace, invoker_kind: 'BackupConfiguration', invoker_name: 'orders' }
    expect(metricValue(metrics, 'holdfast_backup_session_success', own)).toBe(1)
    expect(metricValue(metrics, 'holdfast_backup_host_files_total', own)).toBe(2)
    expect(metricValue(metrics, 'holdfast_backup_host_data_size_bytes', own)).toBe(8)
    const reflects = ({ status }: RepositoryObject) => status?.snapshotCount === 1 && status.integrity === true
    const { status } = await awaitObject<RepositoryObject>(world, REPOSITORIES, namespace, 'store', reflects)
    const { id } = JSON.parse(await store.restic('cat', 'config'))
    expect(status).toMatchObject({ id, lastBackupTime: expect.any(String), totalSize: expect.any(String) })
  }, 180_000)
})
