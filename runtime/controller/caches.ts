import { labels, managedBy } from '../../lib/api/group.js'
import type { KubeClient } from '../kube/client.js'
import type { KubeObject } from '../kube/object.js'
import type { ObjectChange } from '../kube/object-cache.js'
import { Reflector } from '../kube/reflector.js'
import { CRON_JOBS, JOBS, PERSISTENT_VOLUME_CLAIMS, PODS, type Resource } from '../kube/resource.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  type ClaimObject,
  CONFIGURATIONS,
  type ConfigurationObject,
  FUNCTIONS,
  type FunctionObject,
  type JobObject,
  type PodObject,
  REPOSITORIES,
  RESTORE_SESSIONS,
  type RepositoryObject,
  type RestoreSessionObject,
  TASKS,
  type TaskObject,
} from './objects.js'

export type CacheName = keyof Caches
export type CacheListener = (cache: CacheName, change: ObjectChange) => void

/** The controller's view of the cluster: no Secrets, and of Jobs and pods only its own. */
export interface Caches {
  readonly repositories: Reflector<RepositoryObject>
  readonly configurations: Reflector<ConfigurationObject>
  readonly backups: Reflector<BackupSessionObject>
  readonly restores: Reflector<RestoreSessionObject>
  readonly functions: Reflector<FunctionObject>
  readonly tasks: Reflector<TaskObject>
  readonly jobs: Reflector<JobObject>
  readonly pods: Reflector<PodObject>
  readonly cronJobs: Reflector<KubeObject>
  readonly claims: Reflector<ClaimObject>
}

/** `namespace/name` of the Repository that an object with a `repository` reference uses. */
export const repositoryKey = (
  spec: { repository: { name: string; namespace?: string | undefined } },
  namespace: string | undefined,
): string => `${spec.repository.namespace ?? namespace ?? ''}/${spec.repository.name}`

const ofConfiguration = (session: BackupSessionObject) => [
  `${session.metadata.namespace ?? ''}/${session.spec.invoker.name}`,
]
const ofJob = (pod: PodObject) => [
  `${pod.metadata.namespace ?? ''}/${pod.metadata.labels?.['batch.kubernetes.io/job-name'] ?? ''}`,
]
const usesRepository = (object: ConfigurationObject | RestoreSessionObject) => [
  repositoryKey(object.spec, object.metadata.namespace),
]
const isOurs = `${labels.managedBy}=${managedBy},${labels.job}`

/** Reflectors for all that the controller decides from; `listener` hears of every change. */
export function createCaches(
  client: KubeClient,
  listener: CacheListener,
  onError: (error: unknown, doing: string) => void,
): Caches {
  const cache = <T extends KubeObject>(name: CacheName, resource: Resource, options: object = {}) =>
    new Reflector<T>(client, resource, { ...options, onChange: change => listener(name, change), onError })
  return {
    repositories: cache('repositories', REPOSITORIES),
    configurations: cache('configurations', CONFIGURATIONS, { indexes: { repository: usesRepository } }),
    backups: cache('backups', BACKUP_SESSIONS, { indexes: { configuration: ofConfiguration } }),
    restores: cache('restores', RESTORE_SESSIONS, { indexes: { repository: usesRepository } }),
    functions: cache('functions', FUNCTIONS),
    tasks: cache('tasks', TASKS),
    jobs: cache('jobs', JOBS, { labelSelector: isOurs, transform: withoutSpec }),
    pods: cache('pods', PODS, { labelSelector: isOurs, transform: onlyNode, indexes: { job: ofJob } }),
    cronJobs: cache('cronJobs', CRON_JOBS, {
      labelSelector: `${labels.managedBy}=${managedBy}`,
      transform: withoutSpec,
    }),
    claims: cache('claims', PERSISTENT_VOLUME_CLAIMS, { transform: claimFacts }),
  }
}

// What a decision does not read need not be remembered: ten thousand Jobs must fit into the controller's memory.
function withoutSpec<T extends KubeObject>(object: T): T {
  const { spec: _spec, metadata, ...rest } = object
  return { ...rest, metadata: withoutManagedFields(metadata) } as T
}

function onlyNode(pod: PodObject): PodObject {
  return { ...withoutSpec(pod), spec: { ...(pod.spec?.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }) } }
}

function claimFacts(claim: ClaimObject): ClaimObject {
  const { name, namespace, uid, resourceVersion, deletionTimestamp } = claim.metadata
  return {
    apiVersion: claim.apiVersion,
    kind: claim.kind,
    metadata: Object.fromEntries(
      Object.entries({ name, namespace, uid, resourceVersion, deletionTimestamp }).filter(
        ([, value]) => value !== undefined,
      ),
    ) as ClaimObject['metadata'],
    ...(claim.spec === undefined ? {} : { spec: claim.spec }),
    ...(claim.status === undefined ? {} : { status: claim.status }),
  }
}

function withoutManagedFields(metadata: KubeObject['metadata']): KubeObject['metadata'] {
  const { managedFields: _fields, ...rest } = metadata
  return rest
}
