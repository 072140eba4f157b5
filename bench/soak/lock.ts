import { setTimeout as sleep } from 'node:timers/promises'
import { isOver } from '../../runtime/controller/job-pod.js'
import type { PodObject } from '../../runtime/controller/objects.js'
import { PODS } from '../../runtime/kube/resource.js'
import type { Ground } from '../../test/cluster/faults/ground.js'
import type { Mover } from '../../test/cluster/faults/mover.js'
import type { Fleet, SoakStore } from './fleet.js'
import type { FaultRecord, Journal } from './journal.js'
import { persistently } from './persistence.js'

/** A pod that was killed is seen, and a Job of its own has to start, ask the store and end; nodes are slow under faults. */
const patience = 4 * 60_000
/** After a forced deletion nobody is left to say that the pod is dead: a person unlocks, once it had its minute to end. */
const personsPatience = 75_000
const pause = 2_000

/** Faults whose dead the kubelet tells of, so that Holdfast itself removes what they held. */
const told = new Set(['mover', 'restic'])
const worksForItself = new Set(['backup', 'restore', 'maintain'])

interface Scene {
  readonly ground: Ground
  readonly fleet: Fleet
  readonly journal: Journal
}

/** Watches the locks of the pods that a fault hit; what Holdfast had to remove and did not is added to the record. */
export async function watchLocks({ ground, fleet, journal }: Scene, record: FaultRecord): Promise<void> {
  const isTold = told.has(record.of)
  const hit = (record.hit ?? []).filter(({ role }) => !isTold || worksForItself.has(role))
  for (const store of fleet.stores) {
    const here = hit.filter(({ namespace }) => namespace === store.namespace)
    const left = here.length === 0 ? [] : await heldByTheDead(ground, store, here, isTold ? patience : personsPatience)
    if (left.length === 0) continue
    journal.note(`store ${store.name}: the locks of ${left.join(', ')} stay`, { locks: left })
    if (isTold) record.stuckLocks = [...(record.stuckLocks ?? []), ...left]
    const holders = await lockHolders(store)
    if (!holders.every(holder => left.includes(holder))) continue
    await store.restic('unlock', '--remove-all').catch(error => journal.note(`store ${store.name}: ${String(error)}`))
  }
}

/** The dead among these pods that still hold a lock when the time is over; nobody, as soon as that is so. */
async function heldByTheDead(
  ground: Ground,
  store: SoakStore,
  pods: readonly Mover[],
  patience: number,
): Promise<string[]> {
  const end = Date.now() + patience
  for (;;) {
    const holders = await lockHolders(store)
    const held = pods.filter(({ pod }) => holders.includes(pod))
    const dead = await Promise.all(held.map(each => isDead(ground, each)))
    const left = held.filter((_, index) => dead[index]).map(({ pod }) => pod)
    if (held.length === 0 || Date.now() > end) return left
    await sleep(pause)
  }
}

// A pod whose restic alone was killed may go on and hold a lock of its own.
async function isDead({ client }: Ground, { namespace, pod, uid }: Mover): Promise<boolean> {
  const found = await persistently(() => client.tryGet<PodObject>(PODS, pod, namespace))
  return found === undefined || found.metadata.uid !== uid || isOver(found)
}

/** Host names of the pods that hold locks; a lock that goes while it is looked at counts as gone. */
async function lockHolders(store: SoakStore): Promise<string[]> {
  const ids = (await store.restic('list', 'locks', '--no-lock').catch(() => '')).split('\n').filter(Boolean)
  const locks = await Promise.all(ids.map(id => store.restic('cat', 'lock', id).catch(() => '')))
  return locks.filter(Boolean).map(text => (JSON.parse(text) as { hostname: string }).hostname)
}
