import type { ApiRequest } from './request.js'

/**
 * What a fault does to one request: `hang` until the API is resumed, `reset` the connection before anything happens,
 * `lose` the answer of a request that was carried out, carry it out only after `delay` milliseconds, or answer with an
 * error status instead.
 */
export type Fault =
  | 'hang'
  | 'reset'
  | 'lose'
  | { readonly delay: number }
  | { readonly code: number; readonly message?: string; readonly retryAfter?: number }

/** Decides for each request for objects, and who sent it; undefined lets it through. */
export type FaultInjector = (request: ApiRequest, userAgent: string) => Fault | undefined

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

  of(request: ApiRequest | undefined, userAgent: string): Fault | undefined {
    return this.paused ?? (request === undefined ? undefined : this.injector?.(request, userAgent))
  }

  /** Ends when the API is resumed. */
  untilResumed(): Promise<void> {
    return new Promise(resolve => this.waiting.add(resolve))
  }
}
