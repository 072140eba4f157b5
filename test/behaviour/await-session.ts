import { labels } from '../../lib/api/group.js'
import { labelValue } from '../../lib/names.js'
import { isFinal } from '../../lib/session-phase.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  RESTORE_SESSIONS,
  type RestoreSessionObject,
} from '../../runtime/controller/objects.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { PODS, type Resource } from '../../runtime/kube/resource.js'
import { eventually } from './eventually.js'
import { manualSession } from './manual-session.js'
import type { World } from './world.js'

/** Longest that a session of these small volumes may take before a test gives up on it. */
export const patience = 120

/** Waits until an object satisfies `predicate`; the error shows what it is instead and what its pods wrote. */
export async function awaitObject<T extends KubeObject>(
  world: Pick<World, 'client'>,
  resource: Resource,
  namespace: string | undefined,
  name: string,
  predicate: (object: T) => boolean,
  seconds = patience,
): Promise<T> {
  const read = () => world.client.tryGet<T>(resource, name, namespace)
  return eventually(
    async () => {
      const object = await read()
      return object !== undefined && predicate(object) ? object : undefined
    },
    seconds,
    async () => {
      const object = await read()
      const state = JSON.stringify(object?.['status'] ?? 'absent', undefined, 1)
      return `${resource.kind} ${namespace}/${name}: ${state}\n${await podsOf(world, namespace, name)}`
    },
  )
}

/** Creates a manual session and waits until it is final, whatever its phase. */
export async function backUp(
  world: World,
  namespace: string,
  configuration: string,
  name?: string,
): Promise<BackupSessionObject> {
  const session = manualSession(namespace, configuration, name)
  await world.client.create(BACKUP_SESSIONS, session)
  return awaitObject<BackupSessionObject>(world, BACKUP_SESSIONS, namespace, session.metadata.name, hasEnded)
}

/** Applies a RestoreSession and waits until it is final, whatever its phase. */
export async function restore(world: World, object: KubeObject): Promise<RestoreSessionObject> {
  await world.apply(object)
  const { name, namespace } = object.metadata
  return awaitObject<RestoreSessionObject>(world, RESTORE_SESSIONS, namespace, name, hasEnded)
}

export const hasEnded = (session: BackupSessionObject | RestoreSessionObject) => isFinal(session.status?.phase)

/** Each pod of a session: where it stands, and the last words of its containers. */
async function podsOf(world: Pick<World, 'client'>, namespace: string | undefined, session: string): Promise<string> {
  const found: string[] = []
  for (const label of [labels.session, labels.restore]) {
    const labelSelector = `${label}=${labelValue(session)}`
    const { items } = await world.client.list(PODS, { namespace, labelSelector })
    for (const pod of items) found.push(`Pod ${pod.metadata.name}: ${JSON.stringify(pod['status'], undefined, 1)}`)
  }
  return found.join('\n')
}
