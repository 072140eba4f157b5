import { ApiError, isConnectionError } from './api-error.js'
import { backoffDelay } from './backoff.js'
import type { Clock } from './clock.js'
import { sleep } from './clock.js'
import { DeadlineError } from './deadline-error.js'

const BACKOFF = { firstMs: 250, longestMs: 5_000 }
/** A server that asks for longer than this is reported instead of waited for. */
const LONGEST_RETRY_AFTER_SECONDS = 30

/** How often, on which clock and how evenly a read is repeated. */
export interface ReadRetry {
  readonly attempts: number
  readonly clock: Clock
  readonly random: () => number
}

/**
 * Makes a read up to `attempts` times while the server is busy (429, 503; `Retry-After` is respected) or the connection
 * breaks. Never for writes: whether a lost answer means a lost write is for the caller to find out.
 */
export async function retryRead<T>(
  read: () => Promise<T>,
  { attempts, clock, random }: ReadRetry,
  signal?: AbortSignal,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await read()
    } catch (error) {
      const delay = delayAfter(error, failures, random)
      if (delay === undefined || failures >= attempts || signal?.aborted) throw error
      await sleep(clock, delay, signal)
      signal?.throwIfAborted()
    }
  }
}

function delayAfter(error: unknown, failures: number, random: () => number): number | undefined {
  const backoff = backoffDelay(BACKOFF, failures, random)
  if (error instanceof ApiError && (error.status === 429 || error.status === 503)) {
    const asked = error.retryAfterSeconds ?? 0
    return asked > LONGEST_RETRY_AFTER_SECONDS ? undefined : Math.max(asked * 1000, backoff)
  }
  // A call that took its whole deadline is not repeated: the caller was promised an answer within it.
  return isConnectionError(error) && !(error instanceof DeadlineError) ? backoff : undefined
}
