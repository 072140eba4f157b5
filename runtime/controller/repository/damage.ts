import { annotations } from '../../../lib/api/group.js'
import { findCondition } from '../../../lib/conditions.js'
import type { RepositoryObject } from '../objects.js'

/**
 * Of the Repositories at one store, one whose last check found damage. While there is one, nothing may be removed there:
 * what retention calls superfluous may be all that can still be restored.
 */
export const damagedAt = (shared: readonly RepositoryObject[]): RepositoryObject | undefined =>
  shared.find(each => each.status?.integrity === false)

/** Since when (Unix milliseconds) no check of the store has found damage; 0 when none ever did. */
export function soundSince(shared: readonly RepositoryObject[]): number {
  const times = shared.map(({ status }) => {
    const verified = findCondition(status?.conditions, 'IntegrityVerified')
    return verified?.status === 'True' ? new Date(verified.lastTransitionTime).getTime() : 0
  })
  return Math.max(0, ...times)
}

/** When somebody asked for a check, by an annotation; undefined once one has begun since then, and for no time at all. */
export function askedFor({ metadata, status }: RepositoryObject): Date | undefined {
  const asked = Date.parse(metadata.annotations?.[annotations.checkRequestedAt] ?? '')
  if (Number.isNaN(asked)) return undefined
  // A check is known to the second of its Job.
  const second = Math.floor(asked / 1000) * 1000
  return status?.lastCheckTime !== undefined && Date.parse(status.lastCheckTime) >= second
    ? undefined
    : new Date(second)
}

/**
 * What a check is to read in place of the share that the Repository states. A share reads other packs than the check
 * that found the damage did, so only a check of everything can find that it is gone.
 */
export const wholeCheck = (repository: RepositoryObject): string | undefined =>
  repository.status?.integrity === false &&
  askedFor(repository) !== undefined &&
  repository.spec.maintenance?.check?.readDataSubset !== undefined
    ? '100%'
    : undefined
