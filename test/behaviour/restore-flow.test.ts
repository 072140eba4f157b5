import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { VolumeRestore } from '../../constructs/index.js'
import { labels } from '../../lib/api/group.js'
import type { JobTemplate } from '../../lib/pod.js'
import { type JobObject, RESTORE_SESSIONS, type RestoreSessionObject } from '../../runtime/controller/objects.js'
import { JOBS } from '../../runtime/kube/resource.js'
import { awaitObject, backUp, hasEnded } from './await-session.js'
import { metricValue } from './metric-series.js'
import { policy } from './policy.js'
import { type ProtectedClaim, protectedClaim, repositoryOf } from './protected-claim.js'
import { conditionOf, snapshotsOf } from './session-end.js'
import { startWorld } from './start-world.js'
import type { VolumeFiles, World } from './world.js'

let world: World
let protection: ProtectedClaim
let target: VolumeFiles
let snapshot: string | undefined
let session: RestoreSessionObject
let job: JobObject & { spec: JobTemplate['spec'] }

beforeAll(async () => {
  world = await startWorld()
  protection = await protectedClaim(world)
  snapshot = snapshotsOf(await backUp(world, protection.namespace, 'data'))[0]?.id
  await world.claim(protection.namespace, 'restored')
  target = await world.files(protection.namespace, 'restored')
}, 240_000)
afterAll(() => world.stop(), 60_000)

const awaitRestore = (predicate: (found: RestoreSessionObject) => boolean) =>
  awaitObject(world, RESTORE_SESSIONS, protection.namespace, session.metadata.name, predicate)

describe('backed up data is restored into a stand-alone volume', () => {
  test('1. a user creates a RestoreSession that specifies the volume, the Repository and the Task', async () => {
    const { namespace } = protection
    const [written, ...others] = policy(world, namespace, chart => {
      const repository = repositoryOf(chart, protection)
      const sourceHost = `${namespace}/data`
      const rules = [{ sourceHost, snapshots: ['latest'] }]
      new VolumeRestore(chart, 'back', { claim: 'restored', repository, rules })
    })
    if (written === undefined || others.length > 0) throw new Error('a VolumeRestore is one object')
    await world.apply(written)
    session = await world.client.get<RestoreSessionObject>(RESTORE_SESSIONS, written.metadata.name, namespace)
    expect(session.spec).toMatchObject({
      target: { ref: { kind: 'PersistentVolumeClaim', name: 'restored' } },
      repository: { name: 'store' },
      task: { name: 'pvc-restore' },
    })
  })

  test('2. Holdfast watches for the RestoreSession', async () => {
    session = await awaitRestore(found => found.status?.jobName !== undefined)
    expect(session.status?.phase).toMatch(/Pending|Running|Succeeded/)
    expect(conditionOf(session, 'RepositoryFound')?.status).toBe('True')
    expect(conditionOf(session, 'RestoreTargetFound')?.status).toBe('True')
  }, 150_000)

  test('3. it resolves the Task and its Functions and prepares a restore Job definition', async () => {
    job = await awaitObject(world, JOBS, protection.namespace, session.status?.jobName ?? '', () => true, 30)
    const pod = job.spec.template.spec
    expect(pod.initContainers.map(each => each.name)).toEqual(['pvc-restore-0'])
    expect(pod.containers.map(each => each.name)).toEqual(['update-status-1'])
    expect(pod.initContainers[0]?.args?.[0]).toBe('pvc-restore')
    expect(pod.initContainers[0]?.image).toBe(world.image)
  })

  test('4. it mounts the targeted volume into the Job and creates it', async () => {
    const { volumes, initContainers } = job.spec.template.spec
    const volume = volumes.find(each => each.persistentVolumeClaim?.claimName === 'restored')
    expect(volume?.persistentVolumeClaim?.readOnly ?? false).toBe(false)
    expect(initContainers[0]?.volumeMounts).toContainEqual(
      expect.objectContaining({ name: volume?.name, mountPath: '/holdfast-data' }),
    )
    expect(job.metadata.labels).toMatchObject({ [labels.restore]: session.metadata.name })
    expect(job.metadata.ownerReferences?.map(each => each.uid)).toEqual([session.metadata.uid])
  })

  test('5. the Job restores the backed up data into the volume', async () => {
    session = await awaitRestore(hasEnded)
    expect(await target.list()).toEqual(['a.txt', 'dir/b.txt'])
    expect(await target.read('a.txt')).toBe('a\n')
    expect(await target.read('dir/b.txt')).toBe('b\n')
  }, 150_000)

  test('6. the Job sends metrics to the Pushgateway and the RestoreSession status reflects the completion', async () => {
    expect(session.status).toMatchObject({
      phase: 'Succeeded',
      totalHosts: 1,
      stats: [{ phase: 'Succeeded', snapshot, filesRestored: expect.any(Number), bytesRestored: 4 }],
      completionTime: expect.any(String),
    })
    expect(conditionOf(session, 'RestoreCompleted')?.status).toBe('True')
    const own = {
      namespace: protection.namespace,
      invoker_kind: 'RestoreSession',
      invoker_name: session.metadata.name,
    }
    const metrics = await world.metrics()
    expect(metricValue(metrics, 'holdfast_restore_session_success', own)).toBe(1)
    expect(metricValue(metrics, 'holdfast_restore_host_restore_success', own)).toBe(1)
  })
})
