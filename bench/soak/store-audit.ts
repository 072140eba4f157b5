import { decodeTags } from '../../lib/identity.js'
import { type BackupSessionObject, createdAt } from '../../runtime/controller/objects.js'
import { recordedIds } from '../../test/cluster/faults/ending.js'
import type { ListedSnapshot } from '../../test/cluster/faults/repository-check.js'
import type { Evidence } from './evidence.js'
import { faultsDuring } from './excuses.js'
import type { Fleet, SoakStore } from './fleet.js'

/** What one repository holds, beside what the sessions’ statuses say. */
export interface StoreAudit {
  readonly snapshots: number
  readonly recorded: number
  readonly unaccounted: readonly string[]
  readonly lost: readonly string[]
  readonly damage: readonly string[]
}

export async function auditStore(store: SoakStore, { fleet, recorder, faults }: Evidence): Promise<StoreAudit> {
  const listed = JSON.parse(await store.restic('snapshots', '--json', '--no-lock')) as ListedSnapshot[]
  const sessions = recorder.backups.filter(session => session.metadata.namespace === store.namespace)
  const recorded = sessions.flatMap(session => recordedIds(session).map(id => ({ id, session })))
  const present = new Set(listed.map(snapshot => snapshot.id))
  const known = new Set(recorded.map(each => each.id))
  const unaccounted = listed
    .filter(({ id }) => !known.has(id))
    .flatMap(snapshot => {
      const { session: uid = '', attempt } = decodeTags(snapshot.tags)
      const session = recorder.sessions.get(uid) as BackupSessionObject | undefined
      if (session === undefined) return [`${store.name}: snapshot ${snapshot.id} names no session that there was`]
      // An attempt that a fault ended may have stored something; the attempt that came after it speaks for the session.
      const superseded = (attempt ?? 0) < (session.status?.attempt ?? 0) && faultsDuring(session, faults).length > 0
      return superseded ? [] : [`${store.name}: ${session.metadata.name} does not record its snapshot ${snapshot.id}`]
    })
  const lost = recorded
    .filter(({ id, session }) => !present.has(id) && !mayBeForgotten(session, sessions, fleet))
    .map(({ id, session }) => `${store.name}: snapshot ${id} of ${session.metadata.name} is gone`)
  return { snapshots: listed.length, recorded: recorded.length, unaccounted, lost, damage: await damageOf(store) }
}

/** Retention keeps the newest few of a policy; it may take a snapshot once there are as many newer ones. */
function mayBeForgotten(
  session: BackupSessionObject,
  all: readonly BackupSessionObject[],
  { policies }: Fleet,
): boolean {
  const { name } = session.spec.invoker
  const policy = policies.find(each => each.name === name && each.namespace === session.metadata.namespace)
  const newer = all.filter(each => {
    return each.spec.invoker.name === name && recordedIds(each).length > 0 && createdAt(each) > createdAt(session)
  })
  return policy !== undefined && newer.length >= policy.keepLast
}

async function damageOf(store: SoakStore): Promise<string[]> {
  try {
    await store.restic('check', '--read-data')
    return []
  } catch (error) {
    return [`${store.name}: ${error instanceof Error ? error.message : String(error)}`]
  }
}
