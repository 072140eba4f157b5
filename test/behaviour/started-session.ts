import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  isBackup,
  RESTORE_SESSIONS,
  type SessionObject,
} from '../../runtime/controller/objects.js'
import { awaitObject, hasEnded } from './await-session.js'
import { manualSession } from './manual-session.js'
import type { World } from './world.js'

/** Creates a session by hand and does not wait for it. */
export async function startSession(
  world: World,
  namespace: string,
  configuration: string,
  name?: string,
): Promise<BackupSessionObject> {
  return world.client.create(BACKUP_SESSIONS, manualSession(namespace, configuration, name))
}

/** The session once `predicate` holds. */
export async function awaitSession<T extends SessionObject>(
  world: World,
  session: T,
  predicate: (session: T) => boolean,
  seconds?: number,
): Promise<T> {
  const resource = isBackup(session) ? BACKUP_SESSIONS : RESTORE_SESSIONS
  const { name, namespace = '' } = session.metadata
  return awaitObject<T>(world, resource, namespace, name, predicate, seconds)
}

/** The session as it ended, whatever its phase. */
export async function awaitEnd<T extends SessionObject>(world: World, session: T): Promise<T> {
  return awaitSession(world, session, hasEnded)
}
