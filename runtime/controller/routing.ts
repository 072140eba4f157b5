import { labels } from '../../lib/api/group.js'
import type { KubeObject } from '../kube/object.js'
import type { ObjectChange } from '../kube/object-cache.js'
import { type CacheName, type Caches, repositoryKey } from './caches.js'
import type {
  BackupSessionObject,
  ConfigurationObject,
  RepositoryObject,
  RestoreSessionObject,
  SessionObject,
} from './objects.js'
import { hasBegun, hasEnded } from './session/session-status.js'
import { openSessions, sharedStore } from './store-activity.js'

/** Kind and name of what is to be reconciled, as one key of the work queue. */
export const keyOf = (kind: string, namespace: string | undefined, name: string): string =>
  `${kind}/${namespace ?? ''}/${name}`

/**
 * The keys that a change concerns. The event itself is forgotten: a key only says "look again", so that a lost, merged
 * or repeated event makes no difference.
 */
export function keysFor(cache: CacheName, change: ObjectChange, caches: Caches): string[] {
  const { object } = change
  const { namespace, name } = object.metadata
  switch (cache) {
    case 'backups':
      return [...own(object), ...aroundBackup(change, object as BackupSessionObject, caches)]
    case 'restores': {
      const key = repositoryKey((object as RestoreSessionObject).spec, namespace)
      return [
        ...own(object),
        ...(hasEnded(object as RestoreSessionObject) || change.type === 'deleted' ? waitingAt(key, caches) : []),
      ]
    }
    case 'configurations':
      // A status is this controller’s own work, and says what it knew already.
      return isStatusOnly(change)
        ? []
        : [...own(object), repositoryKeyOf(object as ConfigurationObject), ...sessionsOf(namespace, name, caches)]
    case 'repositories':
      if (!isStatusOnly(change)) return [...own(object), ...usersOf(`${namespace}/${name}`, caches)]
      return [
        ...own(object),
        ...(lets(change) ? waitingAt(`${namespace}/${name}`, caches) : []),
        ...(integrityOf(object) === integrityOf(change.previous) ? [] : besides(object as RepositoryObject, caches)),
      ]
    case 'jobs':
    case 'pods':
      return [
        ...owners(object, caches),
        ...(object.metadata.labels?.[labels.job] === 'maintain'
          ? waitingAt(`${namespace}/${maintained(object)}`, caches)
          : []),
      ]
    case 'claims':
      return change.type === 'updated' && samePhase(change) ? [] : claimUsers(object, caches)
    case 'cronJobs':
      return change.type === 'updated'
        ? []
        : caches.configurations.byIndex('trigger', `${namespace ?? ''}/${name}`).flatMap(own)
    case 'functions':
    case 'tasks':
      return [...caches.backups.list(), ...caches.restores.list()].filter(each => !hasBegun(each)).flatMap(own)
  }
}

const own = (object: KubeObject): string[] => [keyOf(object.kind, object.metadata.namespace, object.metadata.name)]

function aroundBackup(change: ObjectChange, session: BackupSessionObject, caches: Caches): string[] {
  const { type } = change
  const { namespace = '' } = session.metadata
  const configuration = caches.configurations.get(session.spec.invoker.name, namespace)
  // A configuration reads which sessions there are and how they ended, not what they are at.
  const goesOn = type === 'updated' && change.previous !== undefined && !hasEnded(session)
  const keys = goesOn ? [] : [keyOf('BackupConfiguration', namespace, session.spec.invoker.name)]
  if (configuration === undefined) return keys
  const repository = repositoryKey(configuration.spec, namespace)
  if (hasEnded(session) || type === 'deleted')
    keys.push(repositoryKeyOf(configuration), ...waitingAt(repository, caches))
  return keys
}

function repositoryKeyOf(configuration: ConfigurationObject): string {
  const [namespace, name = ''] = repositoryKey(configuration.spec, configuration.metadata.namespace).split('/')
  return keyOf('Repository', namespace, name)
}

// Whoever waits for its turn at a store looks again when something there has ended.
function waitingAt(repository: string, caches: Caches): string[] {
  const [namespace = '', name = ''] = repository.split('/')
  const found = caches.repositories.get(name, namespace)
  if (found === undefined) return []
  return openSessions(sharedStore(found, caches), caches)
    .filter(each => !hasBegun(each))
    .flatMap(own)
}

function usersOf(repository: string, caches: Caches): string[] {
  const configurations = caches.configurations.byIndex('repository', repository)
  const sessions = configurations.flatMap(each => sessionsOf(each.metadata.namespace, each.metadata.name, caches))
  return [
    ...configurations.flatMap(own),
    ...sessions,
    ...caches.restores
      .byIndex('repository', repository)
      .filter(each => !hasEnded(each))
      .flatMap(own),
  ]
}

const integrityOf = (repository: KubeObject | undefined) =>
  (repository as RepositoryObject | undefined)?.status?.integrity

// Damage that one Repository finds holds up what all others do at the same store.
const besides = (repository: RepositoryObject, caches: Caches): string[] =>
  sharedStore(repository, caches)
    .filter(each => each.metadata.uid !== repository.metadata.uid)
    .flatMap(own)

function sessionsOf(namespace: string | undefined, configuration: string, caches: Caches): string[] {
  return caches.backups
    .byIndex('configuration', `${namespace ?? ''}/${configuration}`)
    .filter(each => !hasEnded(each))
    .flatMap(own)
}

// Anybody may write an owner’s kind: another one is nobody’s key, and no label of a metric.
const reconciled = new Set(['BackupSession', 'RestoreSession', 'Repository', 'BackupConfiguration'])

function owners(object: KubeObject, caches: Caches): string[] {
  const { namespace, labels: own = {}, ownerReferences = [] } = object.metadata
  const direct = ownerReferences
    .filter(owner => reconciled.has(owner.kind))
    .map(owner => keyOf(owner.kind, namespace, owner.name))
  if (direct.length > 0) return direct
  // A pod’s owner is its Job, and the Job’s is the session; while the Job is unknown the labels say whose it is.
  const job = ownerReferences.find(owner => owner.kind === 'Job')
  const known = job === undefined ? undefined : caches.jobs.get(job.name, namespace)
  if (known !== undefined) return owners(known, caches)
  const [session, restore, repository] = [own[labels.session], own[labels.restore], own[labels.repository]]
  return [
    ...(session === undefined ? [] : [keyOf('BackupSession', namespace, session)]),
    ...(restore === undefined ? [] : [keyOf('RestoreSession', namespace, restore)]),
    ...(repository === undefined ? [] : [keyOf('Repository', namespace, repository)]),
  ]
}

const maintained = (object: KubeObject): string =>
  object.metadata.ownerReferences?.find(owner => owner.kind === 'Repository')?.name ??
  object.metadata.labels?.[labels.repository] ??
  ''

// Everything but the status and labels counts in the generation.
function isStatusOnly({ type, object, previous }: ObjectChange): boolean {
  const { generation, uid, deletionTimestamp } = object.metadata
  const before = previous?.metadata
  return (
    type === 'updated' &&
    generation !== undefined &&
    generation === before?.generation &&
    uid === before.uid &&
    deletionTimestamp === before.deletionTimestamp
  )
}

// A repository that has been made, or has had its retention, lets sessions in that waited for it.
function lets({ object, previous }: ObjectChange): boolean {
  const [after, before] = [object, previous].map(each => (each as RepositoryObject | undefined)?.status)
  return after?.id !== before?.id || after?.lastForgetTime !== before?.lastForgetTime
}

function samePhase({ object, previous }: ObjectChange): boolean {
  const phase = (one: KubeObject | undefined) =>
    JSON.stringify((one?.['status'] as { phase?: string } | undefined)?.phase)
  return phase(object) === phase(previous) && object.metadata.deletionTimestamp === previous?.metadata.deletionTimestamp
}

// A claim that is being deleted waits for the pods of sessions that ended, too.
function claimUsers({ metadata }: KubeObject, caches: Caches): string[] {
  const { namespace, name, deletionTimestamp } = metadata
  const concerned = (each: SessionObject) => deletionTimestamp !== undefined || !hasEnded(each)
  const configurations = caches.configurations.byIndex('claim', `${namespace ?? ''}/${name}`)
  const sessions = configurations.flatMap(each =>
    caches.backups.byIndex('configuration', `${namespace ?? ''}/${each.metadata.name}`).filter(concerned),
  )
  const restores = caches.restores.list().filter(each => each.metadata.namespace === namespace && concerned(each))
  return [...configurations.flatMap(own), ...sessions.flatMap(own), ...restores.flatMap(own)]
}

/** Every session that a claim which is being deleted may wait for; whoever missed its deletion asks once. */
export function leavingClaimUsers(caches: Caches): string[] {
  const leaving = caches.claims.list().filter(each => each.metadata.deletionTimestamp !== undefined)
  return leaving.flatMap(each => claimUsers(each, caches))
}
