import { labels, managedBy } from '../../lib/api/group.js'
import { hostOf } from '../../lib/identity.js'
import { triggerName } from '../../lib/names.js'
import { storeKey } from '../../lib/repository-url.js'
import type { KubeClient } from '../kube/client.js'
import type { Clock } from '../kube/clock.js'
import type { KubeObject } from '../kube/object.js'
import type { ObjectChange } from '../kube/object-cache.js'
import { Reflector } from '../kube/reflector.js'
import { CRON_JOBS, JOBS, PERSISTENT_VOLUME_CLAIMS, PODS, type Resource } from '../kube/resource.js'
import { goodBackupTime } from './configuration/sessions.js'
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
import { withPackedTemplate } from './packed-template.js'
import { backupFacts, claimFacts, jobFacts, onlyName, podFacts, restoreFacts } from './remembered.js'
import { owesRetention } from './repository/due.js'
import { hasEnded } from './session/session-status.js'

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
const ofTrigger = ({ metadata }: ConfigurationObject) => [`${metadata.namespace ?? ''}/${triggerName(metadata.name)}`]
/** Repository and host, without the name of the cluster: that stands in the Repository. */
const ofHost = ({ metadata, spec }: ConfigurationObject) => [
  `${repositoryKey(spec, metadata.namespace)} ${hostOf(spec.target, metadata.namespace ?? '')}`,
]
const ofClaim = ({ metadata, spec }: ConfigurationObject | RestoreSessionObject) => [
  `${metadata.namespace ?? ''}/${spec.target.ref.name}`,
]
const atStore = (repository: RepositoryObject) => [storeOf(repository)]
const ofMaintained = (job: JobObject) =>
  job.metadata.labels?.[labels.job] === 'maintain'
    ? (job.metadata.ownerReferences ?? []).map(owner => `${job.metadata.namespace ?? ''}/${owner.name}`)
    : []
const ofJob = (pod: PodObject) => [
  `${pod.metadata.namespace ?? ''}/${pod.metadata.labels?.['batch.kubernetes.io/job-name'] ?? ''}`,
]
const usesRepository = (object: ConfigurationObject | RestoreSessionObject) => [
  repositoryKey(object.spec, object.metadata.namespace),
]

/** Names the store of a Repository: two with the same name lie in the same place. */
export const storeOf = (repository: RepositoryObject): string =>
  storeKey(repository.spec.backend, repository.metadata.namespace ?? '')

const isOurs = `${labels.managedBy}=${managedBy},${labels.job}`

/** Reflectors for all that the controller decides from; `listener` hears of every change. */
export function createCaches(
  client: KubeClient,
  listener: CacheListener,
  onError: (error: unknown, doing: string) => void,
  time: { readonly clock?: Clock; readonly random?: () => number } = {},
): Caches {
  const heard: CacheListener = (name, change) => {
    reindexAround(name, change, caches)
    listener(name, change)
  }
  const cache = <T extends KubeObject>(name: CacheName, resource: Resource, options: object = {}) =>
    new Reflector<T>(client, resource, { ...time, ...options, onChange: change => heard(name, change), onError })
  // A session does not say which Repository it uses; its configuration does.
  const openAt = (session: BackupSessionObject) => {
    const { namespace } = session.metadata
    const configuration = caches.configurations.get(session.spec.invoker.name, namespace)
    return hasEnded(session) || configuration === undefined ? [] : [repositoryKey(configuration.spec, namespace)]
  }
  // Whose last good backup is newer than the last retention, says a look at all its sessions.
  const owedRetention = (configuration: ConfigurationObject) => {
    const { namespace = '', name } = configuration.metadata
    const key = repositoryKey(configuration.spec, namespace)
    const [repositoryNamespace, repositoryName = ''] = key.split('/')
    const repository = caches.repositories.get(repositoryName, repositoryNamespace)
    const sessions = caches.backups.byIndex('configuration', `${namespace}/${name}`)
    return owesRetention(repository, goodBackupTime(configuration, sessions)) ? [key] : []
  }
  const usedBy = (session: RestoreSessionObject) => (hasEnded(session) ? [] : usesRepository(session))
  const caches: Caches = {
    repositories: cache('repositories', REPOSITORIES, { indexes: { store: atStore } }),
    configurations: cache('configurations', CONFIGURATIONS, {
      transform: withPackedTemplate,
      indexes: { repository: usesRepository, host: ofHost, claim: ofClaim, trigger: ofTrigger, due: owedRetention },
      contextual: ['due'],
    }),
    backups: cache('backups', BACKUP_SESSIONS, {
      transform: backupFacts,
      indexes: { configuration: ofConfiguration, open: openAt },
    }),
    restores: cache('restores', RESTORE_SESSIONS, {
      transform: restoreFacts,
      indexes: { repository: usesRepository, open: usedBy, claim: ofClaim },
    }),
    functions: cache('functions', FUNCTIONS),
    tasks: cache('tasks', TASKS),
    jobs: cache('jobs', JOBS, { labelSelector: isOurs, transform: jobFacts, indexes: { maintained: ofMaintained } }),
    pods: cache('pods', PODS, { labelSelector: isOurs, transform: podFacts, indexes: { job: ofJob } }),
    cronJobs: cache('cronJobs', CRON_JOBS, {
      labelSelector: `${labels.managedBy}=${managedBy}`,
      transform: onlyName,
    }),
    claims: cache('claims', PERSISTENT_VOLUME_CLAIMS, { transform: claimFacts }),
  }
  return caches
}

/** Brings the contextual indexes up to date with what they look at. */
function reindexAround(name: CacheName, { type, object, previous }: ObjectChange, caches: Caches): void {
  const { backups, configurations } = caches
  const { namespace } = object.metadata
  const key = `${namespace ?? ''}/${object.metadata.name}`
  if (name === 'configurations') {
    for (const { metadata } of backups.byIndex('configuration', key)) backups.reindex(metadata.name, metadata.namespace)
  } else if (name === 'backups') {
    const session = object as BackupSessionObject
    if (hasEnded(session) || type === 'deleted') configurations.reindex(session.spec.invoker.name, namespace)
  } else if (name === 'repositories' && lastForget(object) !== lastForget(previous)) {
    for (const { metadata } of configurations.byIndex('repository', key))
      configurations.reindex(metadata.name, metadata.namespace)
  }
}

const lastForget = (repository: KubeObject | undefined) =>
  (repository as RepositoryObject | undefined)?.status?.lastForgetTime
