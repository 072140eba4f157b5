import { setTimeout as sleep } from 'node:timers/promises'
import type { Mover } from '../../test/cluster/faults/mover.js'
import type { Fleet, SoakStore } from './fleet.js'
import type { Journal } from './journal.js'

/** The pod that was hit may have a minute to end. */
const patience = 75_000
const pause = 2_000

/**
 * What a person does after a mover was killed: restic’s locks of pods that are gone are removed, instead of half an hour of
 * waiting for them to become stale. A lock of a living mover is never touched.
 */
export async function removeDeadLocks(fleet: Fleet, hit: readonly Mover[], journal: Journal): Promise<void> {
  for (const store of fleet.stores) {
    const dead = hit.filter(mover => mover.namespace === store.namespace).map(mover => mover.pod)
    if (dead.length > 0) await removeFrom(store, dead, journal)
  }
}

async function removeFrom(store: SoakStore, dead: readonly string[], journal: Journal): Promise<void> {
  const end = Date.now() + patience
  for (;;) {
    const holders = await lockHolders(store)
    const left = holders.filter(holder => dead.includes(holder))
    if (left.length === 0) return
    if (left.length === holders.length) {
      await store.restic('unlock', '--remove-all')
      return journal.note(`removed the locks that ${left.join(', ')} left in store ${store.name}`, { locks: left })
    }
    if (Date.now() > end)
      return journal.note(`store ${store.name} keeps the locks of ${left.join(', ')}`, { locks: left })
    await sleep(pause)
  }
}

/** Host names of the pods that hold locks; a lock that goes while it is looked at counts as gone. */
async function lockHolders(store: SoakStore): Promise<string[]> {
  const ids = (await store.restic('list', 'locks', '--no-lock').catch(() => '')).split('\n').filter(Boolean)
  const locks = await Promise.all(ids.map(id => store.restic('cat', 'lock', id).catch(() => '')))
  return locks.filter(Boolean).map(text => (JSON.parse(text) as { hostname: string }).hostname)
}
