import { labels } from '../../lib/api/group.js'
import { parseDuration } from '../../lib/duration.js'
import { forgetOverdueAfter, maintainWait } from '../../lib/repository-defaults.js'
import { storeKey } from '../../lib/repository-url.js'
import type { Caches } from './caches.js'
import { createdAt, isBackup, type RepositoryObject, type SessionObject } from './objects.js'
import { forgetDueSince } from './repository/due.js'
import type { StoreActivity } from './session/observed.js'
import { isFinished } from './session/pod-verdict.js'
import { hasBegun, hasEnded, statusOf } from './session/session-status.js'

/** Every Repository that lies at the same store: what is exclusive is exclusive for all of them. */
export function sharedStore(repository: RepositoryObject, caches: Caches): RepositoryObject[] {
  const key = storeOf(repository)
  return caches.repositories.list().filter(each => storeOf(each) === key)
}

export const storeOf = (repository: RepositoryObject): string =>
  storeKey(repository.spec.backend, repository.metadata.namespace ?? '')

/** Sessions that use one of these Repositories and have not ended. */
export function openSessions(repositories: readonly RepositoryObject[], caches: Caches): SessionObject[] {
  const keys = new Set(repositories.map(each => `${each.metadata.namespace}/${each.metadata.name}`))
  const backups = [...keys]
    .flatMap(key => caches.configurations.byIndex('repository', key))
    .flatMap(each => caches.backups.byIndex('configuration', `${each.metadata.namespace}/${each.metadata.name}`))
  const restores = [...keys].flatMap(key => caches.restores.byIndex('repository', key))
  return [...backups, ...restores].filter(each => !hasEnded(each))
}

/** What else goes on at the store of a session. */
export function storeActivity(
  session: SessionObject,
  repository: RepositoryObject | undefined,
  caches: Caches,
  now: Date,
): StoreActivity {
  if (repository === undefined) return { active: [], olderWaiting: 0, maintaining: false }
  const shared = sharedStore(repository, caches)
  const others = openSessions(shared, caches).filter(each => each.metadata.uid !== session.metadata.uid)
  const queued = (each: SessionObject) =>
    statusOf(each).conditions?.some(one => one.type === 'Reconciling' && one.reason === 'ConcurrencyLimited') === true
  const room = shared.flatMap(each => overdue(each, caches, now) ?? [])
  return {
    active: others.filter(each => hasBegun(each)),
    olderWaiting: others.filter(each => !hasBegun(each) && queued(each) && isOlder(each, session)).length,
    maintaining: maintaining(shared, caches),
    ...(room[0] === undefined ? {} : { makeRoomUntil: room[0] }),
  }
}

/** Whether a maintain Job of one of these Repositories is under way. */
export function maintaining(repositories: readonly RepositoryObject[], caches: Caches): boolean {
  const names = new Set(repositories.map(each => `${each.metadata.namespace}/${each.metadata.name}`))
  return caches.jobs.list().some(job => {
    if (job.metadata.labels?.[labels.job] !== 'maintain' || isFinished(job)) return false
    return (job.metadata.ownerReferences ?? []).some(owner => names.has(`${job.metadata.namespace}/${owner.name}`))
  })
}

function overdue(repository: RepositoryObject, caches: Caches, now: Date): Date | undefined {
  const since = forgetDueSince(repository, configurationsOf(repository, caches))
  if (since === undefined) return undefined
  const from = since.getTime() + parseDuration(forgetOverdueAfter)
  const until = from + parseDuration(maintainWait)
  return now.getTime() >= from && now.getTime() < until ? new Date(until) : undefined
}

export function configurationsOf(repository: RepositoryObject, caches: Caches) {
  return caches.configurations.byIndex('repository', `${repository.metadata.namespace}/${repository.metadata.name}`)
}

/** Another session that has the claim: a restore keeps everybody out, and a backup keeps restores out. */
export function claimUserOf(session: SessionObject, claim: string, caches: Caches): string | undefined {
  const namespace = session.metadata.namespace ?? ''
  const claimOf = (each: SessionObject) =>
    isBackup(each)
      ? caches.configurations.get(each.spec.invoker.name, namespace)?.spec.target.ref.name
      : each.spec.target.ref.name
  const rivals: SessionObject[] = isBackup(session)
    ? caches.restores.list()
    : [...caches.restores.list(), ...caches.backups.list()]
  const user = rivals.find(
    each =>
      each.metadata.namespace === namespace &&
      each.metadata.uid !== session.metadata.uid &&
      hasBegun(each) &&
      !hasEnded(each) &&
      claimOf(each) === claim,
  )
  return user === undefined ? undefined : `${user.kind} ${user.metadata.name}`
}

function isOlder(one: SessionObject, other: SessionObject): boolean {
  const difference = createdAt(one).getTime() - createdAt(other).getTime()
  return difference < 0 || (difference === 0 && one.metadata.name < other.metadata.name)
}
