/** An exponential delay with its bounds in milliseconds. */
export interface Backoff {
  readonly firstMs: number
  readonly longestMs: number
}

/**
 * The delay before retry number `failures` (1 is the first): doubled each time up to the bound, then spread over
 * 50–100 % so that clients which failed together do not return together.
 */
export function backoffDelay(backoff: Backoff, failures: number, random: () => number): number {
  const full = Math.min(backoff.longestMs, backoff.firstMs * 2 ** Math.max(0, failures - 1))
  return full * (0.5 + random() / 2)
}
