import { afterEach, describe, expect, test } from '@jest/globals'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  CONFIGURATIONS,
  type ConfigurationObject,
  RESTORE_SESSIONS,
  type RepositoryObject,
  type SessionObject,
} from '../../runtime/controller/objects.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { JOBS } from '../../runtime/kube/resource.js'
import { resourceOf } from '../behaviour/kube-resource.js'
import { CannedLauncher } from '../simulation/canned-launcher.js'
import { SimulatedWorld } from '../simulation/simulated-world.js'
import { VirtualClock } from '../simulation/virtual-clock.js'
import { type KeptVersion, keptVersions } from './kept-version.js'

const namespace = 'sandbox'
const image = 'holdfast.dev/holdfast:0.1.0'
const order = ['Repository', 'BackupConfiguration', 'CronJob', 'BackupSession', 'RestoreSession']

let world: SimulatedWorld
afterEach(() => world.stop())

/** The id that the repository had when the version was kept: the canned steps must find the same one. */
function repositoryOf({ objects }: KeptVersion): string {
  const repository = objects.find((each): each is RepositoryObject => each.kind === 'Repository')
  return repository?.status?.id ?? ''
}

/** A cluster as the kept version left it, less what was under way, at half an hour after its newest backup. */
async function inherited(version: KeptVersion): Promise<readonly KubeObject[]> {
  const kept = version.objects.filter(each => order.includes(each.kind) && phaseOf(each) !== 'Running')
  const [newest = ''] = kept
    .map(({ metadata }) => metadata.creationTimestamp ?? '')
    .sort()
    .reverse()
  const change = () => ({ repository: { id: repositoryOf(version), format: 2 } })
  world = await SimulatedWorld.start({
    launcher: ground => new CannedLauncher(ground, { change }),
    clock: new VirtualClock(Date.parse(newest) + 1_800_000),
    settings: { trustedImages: [image] },
  })
  world.sandbox.addImage(image, { entrypoint: ['agent'], user: 65532 })
  await world.apply(...ground())
  const uids = new Map<string, string>()
  for (const kind of order) for (const object of kept.filter(each => each.kind === kind)) await restore(object, uids)
  return kept.filter(({ kind }) => kind.endsWith('Session'))
}

const phaseOf = (object: KubeObject) => (object['status'] as { phase?: string } | undefined)?.phase

function ground(): KubeObject[] {
  const claim = (name: string) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  })
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'repository-password', namespace }, stringData: {} },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'app-trigger', namespace } },
    claim('app-data'),
    claim('repository'),
  ]
}

/** Writes an object and its status; owners are found again by the uids that the API server gives now. */
async function restore(object: KubeObject, uids: Map<string, string>): Promise<void> {
  const resource = resourceOf(object)
  const { uid = '', resourceVersion: _version, generation: _generation, ...metadata } = object.metadata
  const ownerReferences = metadata.ownerReferences?.map(each => ({ ...each, uid: uids.get(each.uid) ?? each.uid }))
  const made = await world.client.create<KubeObject>(resource, {
    ...object,
    metadata: { ...metadata, ...(ownerReferences === undefined ? {} : { ownerReferences }) },
  })
  uids.set(uid, made.metadata.uid ?? '')
  if (object['status'] === undefined || object.kind === 'CronJob') return
  await world.client.replaceStatus(resource, { ...made, status: object['status'] })
}

const sessions = () => [
  ...world.list<SessionObject>(BACKUP_SESSIONS, namespace),
  ...world.list<SessionObject>(RESTORE_SESSIONS, namespace),
]
const configurations = () => world.list<ConfigurationObject>(CONFIGURATIONS, namespace)
const readyOf = (each: ConfigurationObject | undefined) =>
  each?.status?.conditions?.find(({ type }) => type === 'Ready')

describe.each(keptVersions)('today’s controller in a cluster of version $name', version => {
  test('leaves every session that has ended as it is, and starts nothing again', async () => {
    const ended = await inherited(version)
    await world.startController()
    await world.clock.advance(600_000)
    expect(ended.length).toBeGreaterThan(4)
    for (const { metadata, status } of ended as readonly SessionObject[]) {
      const now = sessions().find(each => each.metadata.name === metadata.name)
      expect([metadata.name, now?.status?.phase]).toEqual([metadata.name, status?.phase])
      expect([metadata.name, now?.status?.completionTime]).toEqual([metadata.name, status?.completionTime])
    }
    expect(sessions()).toHaveLength(ended.length)
    expect(
      world.list(JOBS, namespace).filter(({ metadata }) => metadata.labels?.['holdfast.dev/job'] === 'backup'),
    ).toEqual([])
  })

  test('judges its policies, and backs up by their CronJobs and committed templates', async () => {
    await inherited(version)
    await world.startController()
    const compiled = () => configurations().find(({ spec }) => spec.jobTemplate !== undefined)
    const isNew = ({ metadata }: BackupSessionObject) => Date.parse(metadata.creationTimestamp ?? '') > begun
    const begun = world.clock.now()
    const made = () => world.list<BackupSessionObject>(BACKUP_SESSIONS, namespace).find(isNew)
    await world.runUntil(() => made()?.status?.completionTime !== undefined, { withinMs: 7_200_000, what: 'a backup' })
    expect(made()?.status).toMatchObject({ phase: 'Succeeded', attempt: 1 })
    await world.runUntil(() => readyOf(compiled())?.status === 'True', { what: 'Ready' })
    expect(compiled()?.status?.lastSessionName).toBe(made()?.metadata.name)
    const others = configurations().filter(({ spec }) => spec.jobTemplate === undefined)
    expect(others.map(each => readyOf(each)?.status)).toEqual(others.map(() => 'False'))
  })
})
