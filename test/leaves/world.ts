import { labels } from '../../lib/api/group.js'
import { canonicalJson } from '../../lib/digest.js'
import { triggerName } from '../../lib/names.js'
import { type Caches, createCaches } from '../../runtime/controller/caches.js'
import { ConfigurationReconciler } from '../../runtime/controller/configuration/reconciler.js'
import { DepartedPods } from '../../runtime/controller/departed-pods.js'
import type { EventRecorder } from '../../runtime/controller/event-recorder.js'
import { KeyedLock } from '../../runtime/controller/keyed-lock.js'
import type {
  ConfigurationObject,
  FunctionObject,
  JobObject,
  PodObject,
  RepositoryObject,
  SessionObject,
  TaskObject,
} from '../../runtime/controller/objects.js'
import { RepositoryReconciler } from '../../runtime/controller/repository/reconciler.js'
import { SessionReconciler } from '../../runtime/controller/session/reconciler.js'
import type { SessionPush } from '../../runtime/controller/session-push.js'
import type { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { NAMESPACES, type Resource } from '../../runtime/kube/resource.js'
import { now, settings } from '../runtime/controller/observation.js'

/** All that the controller sees of a cluster. */
export interface World {
  readonly repositories: readonly RepositoryObject[]
  readonly configurations: readonly ConfigurationObject[]
  readonly sessions: readonly SessionObject[]
  readonly functions: readonly FunctionObject[]
  readonly tasks: readonly TaskObject[]
  readonly jobs?: readonly JobObject[]
  readonly pods?: readonly PodObject[]
  /** Claims besides the target. */
  readonly claims?: readonly string[]
}

/** Everything that the real reconcilers write for a world, as text; digests of the inputs are left out. */
export async function outcomeOf(world: World): Promise<string> {
  const writes: unknown[] = []
  const write = (verb: string) => async (_resource: unknown, object: KubeObject) => {
    writes.push([verb, object])
    return object
  }
  const client = {
    tryGet: async (resource: Resource) =>
      resource === NAMESPACES ? { metadata: { labels: { team: 'shop', tier: 'gold' } } } : undefined,
    list: async () => ({ items: [] }),
    create: write('create'),
    replace: write('replace'),
    replaceStatus: write('status'),
    delete: async (_resource: unknown, name: string) => void writes.push(['delete', name]),
  } as unknown as KubeClient
  const ignore = () => undefined
  const caches = createCaches(client, ignore, ignore)
  fill(caches, world)
  const parts = {
    client,
    caches,
    settings,
    departed: new DepartedPods(),
    events: { record: (_object: unknown, note: unknown) => writes.push(['event', note]) } as unknown as EventRecorder,
    push: { failed: async () => undefined } as unknown as SessionPush,
    admission: new KeyedLock(),
    now: () => now,
    fence: ignore,
  }
  const [sessions, configurations, repositories] = [
    new SessionReconciler(parts),
    new ConfigurationReconciler(parts),
    new RepositoryReconciler(parts),
  ]
  for (const { kind, metadata } of world.sessions)
    writes.push(await sessions.reconcile(kind as SessionObject['kind'], metadata.namespace ?? '', metadata.name))
  for (const { metadata } of world.configurations)
    writes.push(await configurations.reconcile(metadata.namespace ?? '', metadata.name))
  for (const { metadata } of world.repositories)
    writes.push(await repositories.reconcile(metadata.namespace ?? '', metadata.name))
  return withoutInputs(writes, world)
}

function fill(caches: Caches, world: World): void {
  for (const each of world.repositories) caches.repositories.observe(each)
  for (const each of world.configurations) {
    const { namespace = '', name } = each.metadata
    caches.configurations.observe(each)
    caches.cronJobs.observe({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { namespace, name: triggerName(name), labels: { [labels.managedBy]: 'holdfast' } },
    })
  }
  for (const each of world.sessions)
    if (each.kind === 'BackupSession') caches.backups.observe(each as Parameters<typeof caches.backups.observe>[0])
    else caches.restores.observe(each as Parameters<typeof caches.restores.observe>[0])
  for (const each of world.functions) caches.functions.observe(each)
  for (const each of world.tasks) caches.tasks.observe(each)
  for (const each of world.jobs ?? []) caches.jobs.observe(each)
  for (const each of world.pods ?? []) caches.pods.observe(each)
  for (const name of ['data', ...(world.claims ?? [])])
    caches.claims.observe({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace: 'shop' },
      spec: { accessModes: ['ReadWriteMany'] },
      status: { phase: 'Bound' },
    })
}

// A status is written back with the whole object: what was put in must not count as something that came out.
function withoutInputs(writes: readonly unknown[], world: World): string {
  const inputs = new Set(
    [...world.sessions, ...world.configurations, ...world.repositories].map(each => canonicalJson(each.spec)),
  )
  const digests = /"holdfast\.dev\/(input-hash|functions-hash|spec-hash)":"[0-9a-f]*",?/g
  return canonicalJson(
    writes.map(each => {
      const [verb, object] = Array.isArray(each) ? each : [undefined]
      if (verb !== 'status' && verb !== 'replace') return each
      return inputs.has(canonicalJson(object.spec)) ? [verb, { ...object, spec: undefined }] : each
    }),
  ).replace(digests, '')
}
