import { labels, managedBy } from '../../lib/api/group.js'
import type { KubeObject as RuntimeObject } from '../../runtime/kube/object.js'
import type { Job, Pod } from '../../sandbox/api/kinds.js'
import type { KubeObject } from '../../sandbox/api/object.js'
import type { Registry } from '../../sandbox/api/registry.js'
import { completed, reportOf, repositoryId } from './fake-mover.js'
import { type Layout, type Member, members, namespaceObjects, PolicyTemplate, system } from './fleet.js'

const plurals: Readonly<Record<string, string>> = {
  CustomResourceDefinition: 'customresourcedefinitions.apiextensions.k8s.io',
  Namespace: 'namespaces',
  Function: 'functions.holdfast.dev',
  Task: 'tasks.holdfast.dev',
  Repository: 'repositories.holdfast.dev',
  BackupConfiguration: 'backupconfigurations.holdfast.dev',
  BackupSession: 'backupsessions.holdfast.dev',
  CronJob: 'cronjobs.batch',
  Job: 'jobs.batch',
  Pod: 'pods',
  Secret: 'secrets',
  PersistentVolumeClaim: 'persistentvolumeclaims',
}

/** What a run finds in the cluster before the controller starts. */
export interface Population {
  readonly configurations: number
  /** Sessions that have ended, each with its Job and its pod. */
  readonly endedJobs: number
  readonly layout: Layout
}

/** Puts a fleet into the store as it would be after some days: repositories known, old sessions with their Jobs. */
export async function populate(
  registry: Registry,
  { configurations, endedJobs, layout }: Population,
): Promise<Member[]> {
  const place = (object: RuntimeObject, status?: object) => put(registry, object, status)
  for (const object of system().objects) place(object)
  await turn()
  const all = members(configurations, layout)
  const templates = new Map<string, PolicyTemplate>()
  for (const { namespace } of all) {
    if (templates.has(namespace)) continue
    place({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    for (const object of namespaceObjects(namespace, layout))
      place(object, object.kind === 'Repository' ? known() : undefined)
    templates.set(namespace, new PolicyTemplate(namespace, layout))
  }
  for (const [index, member] of all.entries()) {
    for (const object of templates.get(member.namespace)?.of(member) ?? []) {
      place(object, object.kind === 'PersistentVolumeClaim' ? (object['status'] as object) : undefined)
    }
    if (index % 200 === 0) await turn()
  }
  for (let index = 0; index < endedJobs; index++) {
    const member = all[index % all.length]
    if (member !== undefined) endedSession(registry, member, index)
    if (index % 200 === 0) await turn()
  }
  await turn()
  return all
}

/** A session of a member as its trigger makes it. */
export function sessionOf(registry: Registry, { name, namespace }: Member, session: string): KubeObject {
  const owner = registry.store.get('backupconfigurations.holdfast.dev', namespace, name)
  const own = { apiVersion: 'holdfast.dev/v1alpha1', kind: 'BackupConfiguration', name, uid: owner?.metadata.uid ?? '' }
  return {
    apiVersion: 'holdfast.dev/v1alpha1',
    kind: 'BackupSession',
    metadata: {
      name: session,
      namespace,
      labels: { [labels.managedBy]: managedBy, [labels.configuration]: name },
      ownerReferences: [{ ...own, controller: true, blockOwnerDeletion: false }],
    },
    spec: { invoker: { apiGroup: 'holdfast.dev', kind: 'BackupConfiguration', name } },
  } as unknown as KubeObject
}

/** Lets the controllers of the sandbox take their turns. */
export const turn = () => new Promise<void>(resolve => setImmediate(() => setImmediate(resolve)))

export function put(registry: Registry, object: RuntimeObject | KubeObject, status?: object): KubeObject {
  const key = plurals[object.kind] ?? ''
  const { namespace } = object.metadata
  const written = registry.create(registry.catalogue.require(key), object, namespace)
  if (status === undefined) return written
  return (
    registry.edit(key, written, draft => {
      draft['status'] = status
    }) ?? written
  )
}

// Everything is fresh, so that maintenance is due for nobody before a session has run.
function known() {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  return {
    id: repositoryId,
    format: 2,
    firstBackupTime: now,
    lastBackupTime: now,
    lastForgetTime: now,
    lastCheckTime: now,
    lastPruneTime: now,
    integrity: true,
  }
}

function endedSession(registry: Registry, member: Member, index: number): void {
  // Before the repositories' last maintenance, which then owes them nothing.
  const at = new Date(Date.now() - 600_000).toISOString().replace(/\.\d+Z$/, 'Z')
  const name = `${member.name}-old-${index}`
  const jobName = `${name}-job`
  const session = put(registry, sessionOf(registry, member, name), {
    phase: 'Succeeded',
    attempt: 1,
    jobName,
    startTime: at,
    completionTime: at,
    conditions: [
      { type: 'Ready', status: 'True', reason: 'SnapshotConfirmed', message: 'done', lastTransitionTime: at },
    ],
  })
  const { uid } = session.metadata
  const own = { [labels.managedBy]: managedBy, [labels.job]: 'backup', [labels.session]: name }
  const owner = { apiVersion: session.apiVersion, kind: session.kind, name, uid, controller: true }
  const containers = ['pvc-backup-0', 'update-status-1'].map(each => ({ name: each, image: 'holdfast' }))
  const template = { metadata: { labels: own }, spec: { restartPolicy: 'Never', containers } }
  const { namespace } = member
  const jobMetadata = { name: jobName, namespace, labels: own, ownerReferences: [owner] }
  const job = put(
    registry,
    { apiVersion: 'batch/v1', kind: 'Job', metadata: jobMetadata, spec: { template } },
    completed(at) as object,
  ) as Job
  endedPod(registry, job, at)
}

function endedPod(registry: Registry, job: Job, at: string): void {
  const { name, namespace, uid, labels: own = {} } = job.metadata
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true, blockOwnerDeletion: true }
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-abcde`,
      namespace,
      labels: { ...own, 'batch.kubernetes.io/job-name': name },
      ownerReferences: [owner],
    },
    spec: { ...job.spec.template.spec, nodeName: 'node1' },
  } as unknown as Pod
  const containerStatuses = job.spec.template.spec.containers.map(container => ({
    ...{ name: container.name, image: container.image, ready: false, restartCount: 0 },
    state: {
      terminated: {
        ...{ exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at },
        message: JSON.stringify(reportOf(job, container.name)),
      },
    },
  }))
  put(registry, pod, { phase: 'Succeeded', startTime: at, containerStatuses })
}
