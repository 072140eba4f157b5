import type { BackupSessionObject } from '../../../runtime/controller/objects.js'
import { isNotFound } from '../../../runtime/kube/api-error.js'
import type { Resource } from '../../../runtime/kube/resource.js'
import { addBackup, awaitSeen, type Change, type Place } from '../../behaviour/added-backup.js'
import { eventually } from '../../behaviour/eventually.js'
import { idle, ownTask, type ScriptStep, type Step } from '../../behaviour/own-task.js'
import { podRunning } from '../../behaviour/session-end.js'
import { startSession } from '../../behaviour/started-session.js'
import type { World } from '../../behaviour/world.js'

/** Where a mover stands still, and how long. */
export interface Halt {
  /** Before anything is stored, or when everything is stored and nothing is confirmed yet. */
  readonly at: 'before' | 'stored'
  readonly seconds: number
}

const haltStep = (name: string, { seconds }: Halt, change: Partial<ScriptStep>): Step => {
  return { name, script: idle(seconds), ...change }
}

/** A policy whose mover stands still for a while at a known place. */
export function halting(world: World, name: string, halt: Halt, change: Partial<ScriptStep> = {}): Change {
  const still = haltStep(name, halt, change)
  const steps: Step[] =
    halt.at === 'before' ? [still, 'pvc-backup', 'update-status'] : ['pvc-backup', still, 'update-status']
  return chart => ({ task: ownTask(chart, world.image, name, steps) })
}

export interface MidFlow {
  readonly session: BackupSessionObject
  readonly pod: string
}

/** Adds the policy `name`, starts a session of it, and returns while the session’s mover stands still. */
export async function midFlow(
  world: World,
  place: Place,
  name: string,
  halt: Halt,
  props: Partial<Exclude<Change, (...args: never[]) => unknown>> = {},
): Promise<MidFlow> {
  const still = halting(world, name, halt)
  await addBackup(world, place, name, chart => ({ ...(typeof still === 'function' ? still(chart) : still), ...props }))
  await awaitSeen(world, place.namespace, name)
  const session = await startSession(world, place.namespace, name)
  const { pod } = await podRunning(world, { namespace: place.namespace, name: session.metadata.name }, name)
  return { session, pod }
}

/** Waits until an object is gone. */
export async function awaitGone(
  world: World,
  resource: Resource,
  namespace: string | undefined,
  name: string,
  seconds = 60,
): Promise<void> {
  await eventually(
    async () => ((await world.client.tryGet(resource, name, namespace)) === undefined ? true : undefined),
    seconds,
    () => `${resource.kind} ${namespace ?? ''}/${name} is still there`,
  )
}

/** Deletes an object; one that is gone already is fine. */
export async function remove(
  world: World,
  resource: Resource,
  namespace: string | undefined,
  name: string,
): Promise<void> {
  await world.client.delete(resource, name, namespace).catch(error => {
    if (!isNotFound(error)) throw error
  })
}
