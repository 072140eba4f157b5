import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { findCondition } from '../../lib/conditions.js'
import type { Container, JobTemplate, PodSpec } from '../../lib/pod.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  CONFIGURATIONS,
  type ConfigurationObject,
  type JobObject,
  REPOSITORIES,
  type RepositoryObject,
} from '../../runtime/controller/objects.js'
import { addBackup, awaitSeen } from './added-backup.js'
import { awaitObject, backUp, hasEnded } from './await-session.js'
import { maintainedClaim } from './maintained-claim.js'
import { manualSession } from './manual-session.js'
import { type ProtectedClaim, protectedClaim } from './protected-claim.js'
import { expectEnd, jobsOf } from './session-end.js'
import { startWorld } from './start-world.js'
import type { World } from './world.js'

jest.setTimeout(180_000)

let world: World
let place: ProtectedClaim
beforeAll(async () => {
  world = await startWorld()
  place = await maintainedClaim(world)
})
afterAll(() => world.stop())

/** Edits a policy in the cluster, past git and compiler. */
async function edit(name: string, spec: Readonly<Record<string, unknown>>): Promise<void> {
  await world.client.mergePatch(CONFIGURATIONS, name, place.namespace, { spec })
  await awaitSeen(world, place.namespace, name)
}

async function templateOf(name: string): Promise<JobTemplate> {
  const { spec } = await world.client.get<ConfigurationObject>(CONFIGURATIONS, name, place.namespace)
  return spec.jobTemplate as unknown as JobTemplate
}

/** One half of a sync: the Repository as it will be, and no policy that was made from it. */
async function renameCluster({ namespace }: ProtectedClaim): Promise<void> {
  await awaitSeen(world, namespace, 'data')
  await world.client.mergePatch(REPOSITORIES, 'store', namespace, { spec: { clusterName: 'elsewhere' } })
  await awaitObject<RepositoryObject>(world, REPOSITORIES, namespace, 'store', ({ metadata, status }) => {
    return status?.observedGeneration === metadata.generation
  })
}

/** Edits the pod of a committed template. */
async function editPod(name: string, change: (pod: PodSpec) => Readonly<Record<string, unknown>>): Promise<void> {
  await addBackup(world, place, name)
  await awaitSeen(world, place.namespace, name)
  const template = await templateOf(name)
  await edit(name, { jobTemplate: { spec: { template: { spec: change(template.spec.template.spec) } } } })
}

const first = <T>(list: readonly T[]): T => {
  const [item] = list
  if (item === undefined) throw new Error('the list is empty')
  return item
}

test.concurrent('a policy that was edited without a new synth fails as TemplateStale, and starts nothing', async () => {
  await addBackup(world, place, 'edited', { startDeadline: '3s' })
  await edit('edited', { target: { exclude: ['*.iso'] } })
  const ended = await backUp(world, place.namespace, 'edited')
  expectEnd(ended, 'Failed', 'TemplateStale', `BackupConfiguration ${place.namespace}/edited`, 'synthesize again')
  expect(await jobsOf(world, ended)).toEqual([])
})

test.concurrent('a Repository that was edited without a new synth makes the templates that name it stale', async () => {
  const own = await protectedClaim(world, { backup: { startDeadline: '3s' } })
  await renameCluster(own)
  const ended = await backUp(world, own.namespace, 'data')
  expectEnd(ended, 'Failed', 'TemplateStale', `BackupConfiguration ${own.namespace}/data`, 'Repository')
})

test.concurrent('a session that meets half of a sync waits for the other half, and then backs up', async () => {
  const own = await protectedClaim(world)
  await renameCluster(own)
  const session = manualSession(own.namespace, 'data')
  await world.client.create(BACKUP_SESSIONS, session)
  const awaited = (predicate: (object: BackupSessionObject) => boolean) =>
    awaitObject<BackupSessionObject>(world, BACKUP_SESSIONS, own.namespace, session.metadata.name, predicate)
  const waiting = await awaited(({ status }) => status?.phase !== undefined)
  expect(waiting.status?.phase).toBe('Pending')
  expect(findCondition(waiting.status?.conditions, 'Reconciling')).toMatchObject({
    status: 'True',
    reason: 'TemplateStale',
  })
  expect(findCondition(waiting.status?.conditions, 'Stalled')?.status).toBe('False')
  await addBackup(world, own, 'data', { alias: `${own.namespace}/data` })
  expectEnd(await awaited(hasEnded), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('pausing, another schedule and another history limit need no new synth', async () => {
  await addBackup(world, place, 'rescheduled')
  await edit('rescheduled', { paused: true, schedule: '30 4 * * *', timeZone: 'Etc/UTC', backupHistoryLimit: 2 })
  expectEnd(await backUp(world, place.namespace, 'rescheduled'), 'Succeeded', 'SnapshotConfirmed')
})

test.concurrent('a template that asks for more than it may is rejected with every field that it may not have', async () => {
  await editPod('greedy', pod => {
    const container = first(pod.initContainers)
    const stolen = { name: 'STOLEN', valueFrom: { secretKeyRef: { name: 'someone-elses', key: 'token' } } }
    const changed = {
      ...container,
      env: [...(container.env ?? []), stolen],
      securityContext: { ...container.securityContext, privileged: true },
    }
    return {
      hostNetwork: true,
      serviceAccountName: 'cluster-admin',
      initContainers: [changed, ...pod.initContainers.slice(1)],
      volumes: [...pod.volumes, { name: 'host', hostPath: { path: '/' } }],
    }
  })
  const ended = await backUp(world, place.namespace, 'greedy')
  const pod = 'spec.jobTemplate.spec.template.spec'
  expectEnd(
    ended,
    'Failed',
    'TemplateRejected',
    `${pod}.hostNetwork`,
    `${pod}.serviceAccountName`,
    `${pod}.initContainers[0].securityContext.privileged`,
    `${pod}.initContainers[0].env[`,
    'STOLEN',
    `${pod}.volumes[`,
    "'host' (hostPath)",
  )
  expect(await jobsOf(world, ended)).toEqual([])
})

test.concurrent('a template with an image of no present Function is not trusted', async () => {
  await editPod('foreign', pod => {
    const changed: Container = { ...first(pod.initContainers), image: 'registry.example.com/evil:latest' }
    return { initContainers: [changed, ...pod.initContainers.slice(1)] }
  })
  const ended = await backUp(world, place.namespace, 'foreign')
  expectEnd(ended, 'Failed', 'ImageNotTrusted', 'registry.example.com/evil:latest', 'initContainers[0].image')
  expect(await jobsOf(world, ended)).toEqual([])
})

test.concurrent('a policy without a template runs the very Job that the compiler would have committed', async () => {
  await addBackup(world, place, 'plain')
  await awaitSeen(world, place.namespace, 'plain')
  const committed = await backUp(world, place.namespace, 'plain')
  expectEnd(committed, 'Succeeded', 'SnapshotConfirmed')
  const [one] = await jobsOf(world, committed)
  await edit('plain', { jobTemplate: null })
  const plain = await backUp(world, place.namespace, 'plain')
  expectEnd(plain, 'Succeeded', 'SnapshotConfirmed')
  const [other] = await jobsOf(world, plain)
  expect(shape(other)).toEqual(shape(one))
})

/** What a Job runs, without what tells one session from the next. */
function shape(job: JobObject | undefined) {
  const pod = (job?.['spec'] as JobTemplate['spec'] | undefined)?.template.spec
  const own = ['BACKUP_SESSION', 'SESSION_UID']
  const container = (each: Container) => ({
    ...each,
    env: (each.env ?? []).filter(({ name }) => !own.includes(name)),
  })
  return {
    initContainers: pod?.initContainers.map(container),
    containers: pod?.containers.map(container),
    volumes: pod?.volumes,
    securityContext: pod?.securityContext,
  }
}
