import type { ApiRequest } from './request.js'

/**
 * What a fault does to one request: `hang` until the API is resumed, `reset` the connection before anything happens,
 * `lose` the answer of a request that was carried out, or answer with an error status instead.
 */
export type Fault =
  | 'hang'
  | 'reset'
  | 'lose'
  | { readonly code: number; readonly message?: string; readonly retryAfter?: number }

/** Decides for each request for objects; undefined lets it through. */
export type FaultInjector = (request: ApiRequest) => Fault | undefined

/** The faults in force: a pause of everything, and an injector that picks requests. */
export class Faults {
  private paused: Fault | undefined
  private injector: FaultInjector | undefined
  private readonly waiting = new Set<() => void>()

  pause(fault: Fault): void {
    this.paused = fault
  }

  resume(): void {
    this.paused = undefined
    for (const go of this.waiting) go()
    this.waiting.clear()
  }

  inject(injector: FaultInjector | undefined): void {
    this.injector = injector
  }

  of(request: ApiRequest | undefined): Fault | undefined {
    return this.paused ?? (request === undefined ? undefined : this.injector?.(request))
  }

  /** Ends when the API is resumed. */
  untilResumed(): Promise<void> {
    return new Promise(resolve => this.waiting.add(resolve))
  }
}
