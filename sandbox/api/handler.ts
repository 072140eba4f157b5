import type { SandboxClock } from '../clock.js'
import { sleep } from '../clock.js'
import { ApiError, unknownPath } from './api-error.js'
import { type AuditEntry, AuditLog } from './audit.js'
import { parseBody } from './body.js'
import { discover } from './discovery.js'
import { type Fault, Faults } from './fault.js'
import { type Evict, Operations } from './operation.js'
import type { Registry } from './registry.js'
import { type ApiCall, DatedReply, type Headers, type Reply, sendJson } from './reply.js'
import { type ApiRequest, readRequest } from './request.js'
import { Watch } from './watch.js'

/** Writes the log of a pod as the answer; the pod runner knows where it is. */
export type ServeLog = (request: ApiRequest, reply: Reply) => Promise<void>

export interface ApiHandlerOptions {
  readonly registry: Registry
  readonly evict: Evict
  readonly serveLog: ServeLog
  /** Milliseconds between bookmarks; 60 000 as in Kubernetes. */
  readonly bookmarkEvery?: number | undefined
  /** How many requests the audit keeps; all by default. */
  readonly keptAudit?: number | undefined
  readonly log?: (line: string) => void
}

/** Answers the requests for objects, whichever way they come: faults, audit, watches, operations. */
export class ApiHandler {
  readonly faults = new Faults()
  private readonly options: ApiHandlerOptions
  private readonly operations: Operations
  private readonly clock: SandboxClock
  private readonly auditLog: AuditLog
  private readonly watches = new Set<Watch>()
  private readonly open = new Set<Reply>()

  constructor(options: ApiHandlerOptions) {
    this.options = options
    this.clock = options.registry.clock
    this.auditLog = new AuditLog(this.clock, options.keptAudit)
    this.operations = new Operations(options.registry, options.evict)
  }

  /** Every request so far, oldest first. */
  get audit(): readonly AuditEntry[] {
    return this.auditLog.entries
  }

  /** Watches that are served at the moment. */
  get watching(): number {
    return this.watches.size
  }

  /** Ends the watches and lets what hangs go on. */
  close(): void {
    for (const watch of this.watches) watch.stop()
    this.faults.resume()
  }

  /** Cuts the connections of all callers that wait for an answer or watch. */
  cut(): void {
    for (const reply of [...this.open]) reply.reset()
  }

  async serve(call: ApiCall, to: Reply): Promise<void> {
    const reply = new DatedReply(to, this.clock)
    this.open.add(reply)
    reply.onClose(() => this.open.delete(reply))
    let request: ApiRequest | undefined
    try {
      const url = new URL(call.path, 'http://sandbox')
      const plain = this.plainAnswer(call, url)
      if (plain === undefined) request = readRequest(call.method, url, this.options.registry.catalogue)
      const fault = this.faults.of(request, call.userAgent)
      if (fault !== undefined && fault !== 'lose' && (await this.fail(fault, call, reply, request))) return
      if (plain !== undefined) return sendPlain(reply, plain)
      if (request !== undefined) await this.answer(request, call, reply, fault === 'lose')
    } catch (error) {
      this.answerError(error, request, call, reply)
    }
  }

  private plainAnswer({ method }: ApiCall, url: URL): unknown {
    if (method !== 'GET') return undefined
    if (['/healthz', '/livez', '/readyz'].includes(url.pathname)) return 'ok'
    return discover(url.pathname, this.options.registry.catalogue)
  }

  /** True when the fault was the answer. */
  private async fail(
    fault: Exclude<Fault, 'lose'>,
    call: ApiCall,
    reply: Reply,
    request: ApiRequest | undefined,
  ): Promise<boolean> {
    if (fault === 'hang') {
      await this.faults.untilResumed()
      return reply.closed
    }
    if (fault === 'reset') {
      this.record(request, call, 0)
      reply.reset()
      return true
    }
    if ('delay' in fault) {
      await sleep(this.clock, fault.delay)
      return reply.closed
    }
    throw new FaultError(fault)
  }

  private async answer(request: ApiRequest, call: ApiCall, reply: Reply, lose: boolean): Promise<void> {
    if (request.verb === 'watch') return this.watch(request, call, reply)
    if (request.subresource === 'log' && request.verb === 'get') {
      this.record(request, call, 200)
      return await this.options.serveLog(request, reply)
    }
    const body = parseBody(call, await call.body())
    if (reply.closed) return
    const warnings: string[] = []
    const answer = this.operations.perform(request, body, text => warnings.push(`299 - ${JSON.stringify(text)}`))
    this.record(request, call, lose ? 0 : answer.code)
    if (lose) reply.reset()
    else sendJson(reply, answer.code, answer.body, warnings.length === 0 ? {} : { Warning: warnings })
  }

  private watch(request: ApiRequest, call: ApiCall, reply: Reply): void {
    const watch = new Watch(this.options.registry, request, reply)
    this.watches.add(watch)
    reply.onClose(() => this.watches.delete(watch))
    this.record(request, call, 200)
    watch.start(this.options.bookmarkEvery ?? 60_000)
  }

  private answerError(error: unknown, request: ApiRequest | undefined, call: ApiCall, reply: Reply): void {
    const known = error instanceof ApiError ? error : internal(error)
    if (!(error instanceof ApiError)) this.options.log?.(`sandbox API: ${String((error as Error)?.stack ?? error)}`)
    this.record(request, call, known.code)
    if (reply.started) reply.reset()
    else sendJson(reply, known.code, known.status(), error instanceof FaultError ? error.headers : {})
  }

  private record(request: ApiRequest | undefined, call: ApiCall, code: number): void {
    if (request !== undefined) this.auditLog.record(request, call.userAgent, code)
  }
}

/** The answer that a fault asks for. */
class FaultError extends ApiError {
  readonly headers: Headers

  constructor({ code, message, retryAfter }: Exclude<Fault, string | { readonly delay: number }>) {
    super(code, reasons[code] ?? 'InternalError', message ?? 'the sandbox was asked to fail')
    this.headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }
  }
}

const reasons: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

function internal(error: unknown): ApiError {
  if (error instanceof URIError) return unknownPath()
  const message = error instanceof Error ? error.message : String(error)
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`)
}

function sendPlain(reply: Reply, answer: unknown): void {
  if (typeof answer !== 'string') {
    sendJson(reply, 200, answer)
    return
  }
  reply.start(200, { 'Content-Type': 'text/plain' })
  reply.write(answer)
  reply.end()
}
