import { setTimeout as sleep } from 'node:timers/promises'

const pause = 1_000
const patience = 6 * 60_000

/** Does something that may be done again until it succeeds: the API server may be away for minutes. */
export async function persistently<T>(act: () => Promise<T>): Promise<T> {
  const end = Date.now() + patience
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (Date.now() > end) throw error
      await sleep(pause)
    }
  }
}
