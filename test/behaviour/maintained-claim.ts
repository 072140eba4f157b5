import { awaitMaintained } from './added-backup.js'
import { backUp } from './await-session.js'
import { type ProtectedClaim, type ProtectedClaimOptions, protectedClaim } from './protected-claim.js'
import { expectEnd } from './session-end.js'
import type { World } from './world.js'

/** A protected claim whose repository is made: it has one good backup, and the first maintenance is over. */
export async function maintainedClaim(world: World, options: ProtectedClaimOptions = {}): Promise<ProtectedClaim> {
  const place = await protectedClaim(world, options)
  expectEnd(await backUp(world, place.namespace, 'data'), 'Succeeded', 'SnapshotConfirmed')
  await awaitMaintained(world, place)
  return place
}
