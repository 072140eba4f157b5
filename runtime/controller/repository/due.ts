import { parseDuration } from '../../../lib/duration.js'
import { checkWhileDamaged, defaultMaintenanceInterval } from '../../../lib/repository-defaults.js'
import type { ConfigurationObject, RepositoryObject } from '../objects.js'
import { askedFor, damagedAt, soundSince } from './damage.js'

const time = (text: string | undefined): number => (text === undefined ? 0 : new Date(text).getTime())

/**
 * Configurations with a good backup since retention was last applied. One whose newest run was partial, empty or
 * failed has none: the snapshots that retention would remove may be the better ones.
 */
export function configurationsToForget(
  repository: RepositoryObject,
  configurations: readonly ConfigurationObject[],
): ConfigurationObject[] {
  return configurations.filter(each => owesRetention(repository, each.status?.lastSuccessfulTime))
}

/** Whether a good backup of this time came after retention was last applied; without a good backup nothing is owed. */
export const owesRetention = (repository: RepositoryObject | undefined, goodBackup: string | undefined): boolean =>
  time(goodBackup) > time(repository?.status?.lastForgetTime)

/**
 * Since when retention is due: the oldest good backup that it has not followed, later by the interval if there is one.
 * Not while one of the Repositories of the store (`shared`) is damaged, and then since that is over.
 */
export function forgetDueSince(
  repository: RepositoryObject,
  configurations: readonly ConfigurationObject[],
  shared: readonly RepositoryObject[] = [repository],
): Date | undefined {
  const due = configurationsToForget(repository, configurations)
  if (due.length === 0 || repository.status?.id === undefined || damagedAt(shared) !== undefined) return undefined
  const oldest = Math.min(...due.map(each => time(each.status?.lastSuccessfulTime)))
  const interval = repository.spec.maintenance?.forget?.interval
  const last = repository.status.lastForgetTime
  const since = interval === undefined || last === undefined ? oldest : time(last) + parseDuration(interval)
  return new Date(Math.max(oldest, since, soundSince(shared)))
}

/** Since when a check is due: by its interval, daily at least while damage is known, or because somebody asked for one. */
export function checkDueSince(repository: RepositoryObject): Date {
  const { spec, status } = repository
  const stated = intervalDue(status?.lastCheckTime, spec.maintenance?.check?.interval)
  const daily = status?.integrity === false ? [intervalDue(status.lastCheckTime, checkWhileDamaged)] : []
  return new Date(Math.min(...[stated, ...daily, askedFor(repository) ?? stated].map(Number)))
}

/** Since when a prune is due; never while one of the Repositories of the store is damaged. */
export function pruneDueSince(
  repository: RepositoryObject,
  shared: readonly RepositoryObject[] = [repository],
): Date | undefined {
  if (damagedAt(shared) !== undefined) return undefined
  const due = intervalDue(repository.status?.lastPruneTime, repository.spec.maintenance?.prune?.interval)
  return new Date(Math.max(Number(due), soundSince(shared)))
}

/** Since when a check or prune is due: one that never ran is due at once. */
export function intervalDue(last: string | undefined, interval: string | undefined): Date {
  return last === undefined ? new Date(0) : new Date(time(last) + parseDuration(interval ?? defaultMaintenanceInterval))
}
