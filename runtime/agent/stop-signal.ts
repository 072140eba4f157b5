/** The request to stop that Kubernetes sends as SIGTERM. */
export interface StopSignal {
  readonly signal: AbortSignal
  /** True once a stop was asked for. */
  readonly asked: boolean
}

/**
 * Turns SIGTERM and SIGINT into one abort signal. A handler is needed in any case: without one process 1 of a
 * container ignores both, and the kubelet would kill restic with its lock in the repository.
 */
export function stopOnSignals(): StopSignal {
  const controller = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => controller.abort(name))
  return {
    signal: controller.signal,
    get asked() {
      return controller.signal.aborted
    },
  }
}
