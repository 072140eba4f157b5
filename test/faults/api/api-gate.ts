import { type ApiCall, type Reply, sendJson } from '../../../sandbox/api/reply.js'
import type { SandboxClock } from '../../../sandbox/clock.js'
import type { Injector } from '../injector.js'
import type { Effect, Fault } from '../plan.js'
import { deedOfRequest } from '../point.js'
import type { Conditions } from './conditions.js'
import { LostReply } from './reply-filter.js'
import { requestOf } from './request.js'

/** Answers one request; the sandbox's API, or whoever stands before it. */
export type Serve = (call: ApiCall, reply: Reply) => Promise<void>

export interface ApiGateOptions {
  /** Who sends the requests. */
  readonly actor: string
  readonly injector: Injector
  readonly conditions: Conditions
  readonly clock: SandboxClock
  readonly next: Serve
  /** Ends whoever sends the requests, at once. */
  readonly crash: () => void
  /** Sets the wall clock of whoever sends the requests, by milliseconds. */
  readonly skew?: (ms: number) => void
}

/** Longer than the client's own deadline of 30 s: it has given up when the request is carried out. */
const hang = 45_000
const hour = 3_600_000
const refusals: Partial<Record<Effect, readonly [code: number, reason: string]>> = {
  conflict: [409, 'Conflict'],
  expired: [410, 'Expired'],
  busy: [429, 'TooManyRequests'],
  internal: [500, 'InternalError'],
  unavailable: [503, 'ServiceUnavailable'],
  timeout: [504, 'Timeout'],
}

/** Stands between one client and the API, where requests and answers meet what the plan has for them. */
export class ApiGate {
  readonly #options: ApiGateOptions

  constructor(options: ApiGateOptions) {
    this.#options = options
  }

  readonly serve: Serve = async (call, reply) => {
    const { actor, injector, conditions, clock } = this.#options
    const request = requestOf(call, await call.body())
    if (request === undefined) return this.#options.next(call, reply)
    const fault = injector.meet(deedOfRequest(actor, request)) ?? conditions.befalls(request)
    const filtered = conditions.filtered(request, reply, clock)
    const delay = conditions.delay(request)
    if (delay > 0) await new Promise<void>(resolve => void clock.after(delay, resolve))
    if (conditions.answersOld(request, call.path, reply)) return
    if (fault === undefined) return this.#options.next(call, filtered)
    return refusals[fault.effect] === undefined
      ? this.#fail(fault, call, filtered)
      : this.#refuse(fault.effect, call, reply)
  }

  async #fail({ effect, of }: Pick<Fault, 'effect' | 'of'>, call: ApiCall, reply: Reply): Promise<void> {
    const { next, crash, clock, conditions } = this.#options
    switch (effect) {
      case 'crash-before':
        return crash()
      case 'crash-after':
        return next(call, new LostReply()).then(crash)
      case 'crash-stale':
        await next(call, new LostReply())
        conditions.fallBehind(clock)
        return crash()
      case 'lose':
        return next(call, new LostReply()).then(() => reply.reset())
      case 'reset':
        return reply.reset()
      case 'hang':
        return void clock.after(hang, () => void next(call, reply))
      case 'freeze':
        conditions.freeze(of ?? '', clock)
        return next(call, reply)
      case 'clock-ahead':
      case 'clock-behind':
        this.#options.skew?.(effect === 'clock-ahead' ? hour : -hour)
        return next(call, reply)
      default:
        return next(call, reply)
    }
  }

  async #refuse(effect: Effect, call: ApiCall, reply: Reply): Promise<void> {
    const [code, reason] = refusals[effect] ?? [500, 'InternalError']
    // What timed out may have been carried out, which is worse than that it was not.
    if (effect === 'timeout') await this.#options.next(call, new LostReply())
    const message = 'the simulation was asked to fail'
    const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code }
    if (!reply.closed) sendJson(reply, code, status, effect === 'busy' ? { 'Retry-After': '3' } : {})
  }
}
