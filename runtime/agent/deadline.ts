import type { Clock } from '../kube/clock.js'

/** A limit in time. A process that is done must lift it, for until then the limit keeps the process alive. */
export interface Deadline {
  /** Aborts with a TimeoutError when the time is over. */
  readonly signal: AbortSignal
  readonly lift: () => void
}

/** A deadline `ms` milliseconds from now. */
export function deadline(clock: Clock, ms: number): Deadline {
  const controller = new AbortController()
  const timeout = () => controller.abort(new DOMException('the time was over', 'TimeoutError'))
  return { signal: controller.signal, lift: clock.after(ms, timeout) }
}
