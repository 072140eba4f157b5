/** Time as the controller sees it: injected, so that tests need not wait. */
export interface Clock {
  /** Milliseconds on a monotonic scale: the only one on which durations and expiry are judged. */
  now(): number
  /** Wall time: only for what people or other programs read. */
  date(): Date
  /** Calls back once after `ms` milliseconds; the returned function cancels. */
  after(ms: number, callback: () => void): () => void
}

/** Longest delay setTimeout knows; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The clock of the process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS))
    return () => clearTimeout(timer)
  },
}

/** Resolves after `ms` milliseconds, or as soon as the signal aborts; it never rejects. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted) return resolve()
    const done = () => {
      cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(ms, done)
    signal?.addEventListener('abort', done, { once: true })
  })
}
