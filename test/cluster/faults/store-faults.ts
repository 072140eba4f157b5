import { setTimeout as sleep } from 'node:timers/promises'
import { type Fault, unharmed } from './fault.js'

/** Seconds that a store may be away without anybody noticing: restic asks again for much longer. */
const away = 8_000

export const storeFaults: readonly Fault[] = [
  {
    name: 'the store is killed and comes back',
    of: 'store',
    ends: unharmed,
    async inject({ store }) {
      await store.kill()
      return async () => {
        await sleep(away)
        await store.restart()
      }
    },
  },
  {
    name: 'the store hangs for a while',
    of: 'hanging store',
    ends: unharmed,
    async inject({ store }) {
      store.hang()
      return async () => {
        await sleep(away)
        store.goOn()
      }
    },
  },
]
