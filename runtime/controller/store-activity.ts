import { parseDuration } from '../../lib/duration.js'
import { forgetOverdueAfter, maintainWait } from '../../lib/repository-defaults.js'
import { type Caches, storeOf } from './caches.js'
import { createdAt, isBackup, type JobObject, type RepositoryObject, type SessionObject } from './objects.js'
import { askedFor, damagedAt } from './repository/damage.js'
import { checkDueSince, forgetDueSince } from './repository/due.js'
import type { StoreActivity } from './session/observed.js'
import { isFinished } from './session/pod-verdict.js'
import { hasBegun, hasEnded, statusOf } from './session/session-status.js'
import { mayAllowNamespace } from './usage.js'

/**
 * Every Repository that lies at the same store: what is exclusive is exclusive for all of them. One of another
 * namespace counts only with the same restic id, which takes the password to learn: anybody can write down the same
 * address, and must not hold others up with it. While neither knows an id, either may be making the repository.
 */
export function sharedStore(repository: RepositoryObject, caches: Caches): RepositoryObject[] {
  return caches.repositories.byIndex('store', storeOf(repository)).filter(each => areOne(each, repository))
}

const areOne = (one: RepositoryObject, other: RepositoryObject): boolean =>
  one.metadata.namespace === other.metadata.namespace || one.status?.id === other.status?.id

/**
 * Sessions that use one of these Repositories and have not ended. One of a namespace that the Repository does not let
 * in is none of them, whatever it names: it would hold up those that may.
 */
export function openSessions(repositories: readonly RepositoryObject[], caches: Caches): SessionObject[] {
  return repositories.flatMap(repository => {
    const key = `${repository.metadata.namespace}/${repository.metadata.name}`
    const found: SessionObject[] = [...caches.backups.byIndex('open', key), ...caches.restores.byIndex('open', key)]
    return found.filter(each => mayAllowNamespace(repository, each.metadata.namespace ?? '') && isPresent(each, caches))
  })
}

// A finalizer of somebody else keeps a deleted session for ever; nothing of it is left once its Job is over.
function isPresent(session: SessionObject, caches: Caches): boolean {
  if (session.metadata.deletionTimestamp === undefined) return true
  return knownJobsOf(session, caches).some(job => !isFinished(job))
}

/** The Jobs that a session’s status names, as far as the cache has them. */
export function knownJobsOf(session: SessionObject, { jobs }: Caches): JobObject[] {
  const { jobName, finishJobName } = statusOf(session)
  return [jobName, finishJobName].flatMap(name => {
    return name === undefined ? [] : (jobs.get(name, session.metadata.namespace) ?? [])
  })
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
  const room = shared.flatMap(each => roomUntil(each, shared, caches, now) ?? [])
  return {
    active: others.filter(each => hasBegun(each)),
    olderWaiting: others.filter(each => !hasBegun(each) && queued(each) && isOlder(each, session)).length,
    maintaining: maintaining(shared, caches),
    ...(room[0] === undefined ? {} : { makeRoomUntil: room[0] }),
  }
}

/** Whether a maintain Job of one of these Repositories is under way. */
export function maintaining(repositories: readonly RepositoryObject[], caches: Caches): boolean {
  return repositories
    .flatMap(each => caches.jobs.byIndex('maintained', `${each.metadata.namespace}/${each.metadata.name}`))
    .some(job => !isFinished(job))
}

/** Until when new sessions wait for the maintenance of a Repository: it is overdue, or somebody asked for a check. */
function roomUntil(
  repository: RepositoryObject,
  shared: readonly RepositoryObject[],
  caches: Caches,
  now: Date,
): Date | undefined {
  const { status } = repository
  if (status?.id === undefined || status.lastBackupTime === undefined) return undefined
  const overdue = (since: Date | undefined) => since && new Date(since.getTime() + parseDuration(forgetOverdueAfter))
  const from = askedFor(repository) ?? overdue(urgentSince(repository, shared, caches, now))
  const until = from && new Date(from.getTime() + parseDuration(maintainWait))
  return from !== undefined && until !== undefined && now >= from && now < until ? until : undefined
}

// A check and a prune come with retention; in a damaged repository there is no retention, and the check is what matters.
function urgentSince(
  repository: RepositoryObject,
  shared: readonly RepositoryObject[],
  caches: Caches,
  now: Date,
): Date | undefined {
  if (repository.status?.integrity === false) return checkDueSince(repository)
  // Retention is due since a backup after the last one at the earliest; only then all policies are worth a look.
  const last = repository.status?.lastForgetTime
  const early = last !== undefined && now.getTime() < Date.parse(last) + parseDuration(forgetOverdueAfter)
  if (early || damagedAt(shared) !== undefined) return undefined
  return forgetDueSince(repository, configurationsOf(repository, caches), shared)
}

/**
 * Policies that store there; one of a namespace that the Repository does not let in is none of them. Those of
 * `due` have a good backup that retention has not followed.
 */
export function configurationsOf(
  repository: RepositoryObject,
  caches: Caches,
  index: 'repository' | 'due' = 'repository',
) {
  return caches.configurations
    .byIndex(index, `${repository.metadata.namespace}/${repository.metadata.name}`)
    .filter(each => mayAllowNamespace(repository, each.metadata.namespace ?? ''))
}

/** Another session that has the claim: a restore keeps everybody out, and a backup keeps restores out. */
export function claimUserOf(session: SessionObject, claim: string, caches: Caches): string | undefined {
  const key = `${session.metadata.namespace ?? ''}/${claim}`
  const restores: SessionObject[] = caches.restores.byIndex('claim', key)
  const backups = () =>
    caches.configurations
      .byIndex('claim', key)
      .flatMap(({ metadata }) =>
        caches.backups.byIndex('configuration', `${metadata.namespace ?? ''}/${metadata.name}`),
      )
  const rivals = isBackup(session) ? restores : [...restores, ...backups()]
  const holds = (each: SessionObject) => hasBegun(each) && !hasEnded(each) && isPresent(each, caches)
  const user = rivals.find(each => each.metadata.uid !== session.metadata.uid && holds(each))
  return user === undefined ? undefined : `${user.kind} ${user.metadata.name}`
}

function isOlder(one: SessionObject, other: SessionObject): boolean {
  const difference = createdAt(one).getTime() - createdAt(other).getTime()
  return difference < 0 || (difference === 0 && one.metadata.name < other.metadata.name)
}
