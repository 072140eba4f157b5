import { parseDuration } from '../../../lib/duration.js'
import { defaultMaintenanceInterval } from '../../../lib/repository-defaults.js'
import type { ConfigurationObject, RepositoryObject } from '../objects.js'

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

/** Since when retention is due: the oldest good backup that it has not followed, later by the interval if there is one. */
export function forgetDueSince(
  repository: RepositoryObject,
  configurations: readonly ConfigurationObject[],
): Date | undefined {
  const due = configurationsToForget(repository, configurations)
  if (due.length === 0 || repository.status?.id === undefined) return undefined
  const oldest = Math.min(...due.map(each => time(each.status?.lastSuccessfulTime)))
  const interval = repository.spec.maintenance?.forget?.interval
  const last = repository.status.lastForgetTime
  return new Date(
    interval === undefined || last === undefined ? oldest : Math.max(oldest, time(last) + parseDuration(interval)),
  )
}

/** Since when a check or prune is due: one that never ran is due at once. */
export function intervalDue(last: string | undefined, interval: string | undefined): Date {
  return last === undefined ? new Date(0) : new Date(time(last) + parseDuration(interval ?? defaultMaintenanceInterval))
}
