import type { Registry } from '../api/registry.js'

/** What every controller of the sandbox is given. */
export interface ControllerContext {
  readonly registry: Registry
  readonly nodeName: string
  readonly log: (line: string) => void
}

/** A loop that keeps one promise of Kubernetes, from its construction until it is stopped. */
export interface Controller {
  stop(): void
}
