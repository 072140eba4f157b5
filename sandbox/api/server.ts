import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApiError, unknownPath } from './api-error.js'
import { type AuditEntry, auditEntry } from './audit.js'
import { readBody } from './body.js'
import { discover } from './discovery.js'
import { type Fault, Faults } from './fault.js'
import { type Evict, Operations } from './operation.js'
import type { Registry } from './registry.js'
import { type ApiRequest, readRequest } from './request.js'
import { Watch } from './watch.js'

/** Writes the log of a pod as the answer; the pod runner knows where it is. */
export type ServeLog = (request: ApiRequest, response: ServerResponse) => Promise<void>

export interface ApiServerOptions {
  readonly registry: Registry
  readonly evict: Evict
  readonly serveLog: ServeLog
  /** Milliseconds between bookmarks; 60 000 as in Kubernetes. */
  readonly bookmarkEvery?: number
  readonly log?: (line: string) => void
}

/** The HTTP face of the registry: plain HTTP, no authentication. */
export class ApiServer {
  readonly faults = new Faults()
  readonly audit: AuditEntry[] = []
  private readonly options: ApiServerOptions
  private readonly operations: Operations
  private readonly server: Server
  private readonly watches = new Set<Watch>()

  constructor(options: ApiServerOptions) {
    this.options = options
    this.operations = new Operations(options.registry, options.evict)
    this.server = createServer((request, response) => void this.serve(request, response))
    this.server.keepAliveTimeout = 90_000
  }

  /** Listens on a free port of the loopback device unless one is given; answers the URL. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(port, '127.0.0.1', resolve)
    })
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    for (const watch of this.watches) watch.stop()
    this.faults.resume()
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()))
    this.server.closeAllConnections()
    await closed
  }

  /** Cuts every open connection, watches too, as a restarting API server does. */
  dropConnections(): void {
    this.server.closeAllConnections()
  }

  private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    let request: ApiRequest | undefined
    try {
      const url = new URL(message.url ?? '/', 'http://sandbox')
      const plain = this.plainAnswer(message, url)
      if (plain === undefined) request = readRequest(message.method ?? 'GET', url, this.options.registry.catalogue)
      const fault = this.faults.of(request)
      if (fault !== undefined && fault !== 'lose' && (await this.fail(fault, message, response, request))) return
      if (plain !== undefined) return sendPlain(response, plain)
      if (request !== undefined) await this.answer(request, message, response, fault === 'lose')
    } catch (error) {
      this.answerError(error, request, message, response)
    }
  }

  private plainAnswer(message: IncomingMessage, url: URL): unknown {
    if (message.method !== 'GET') return undefined
    if (['/healthz', '/livez', '/readyz'].includes(url.pathname)) return 'ok'
    return discover(url.pathname, this.options.registry.catalogue)
  }

  /** True when the fault was the answer. */
  private async fail(
    fault: Exclude<Fault, 'lose'>,
    message: IncomingMessage,
    response: ServerResponse,
    request: ApiRequest | undefined,
  ): Promise<boolean> {
    if (fault === 'hang') {
      await this.faults.untilResumed()
      return response.destroyed
    }
    if (fault === 'reset') {
      this.record(request, message, 0)
      message.socket.resetAndDestroy()
      return true
    }
    if (fault.retryAfter !== undefined) response.setHeader('Retry-After', String(fault.retryAfter))
    const reason = reasons[fault.code] ?? 'InternalError'
    throw new ApiError(fault.code, reason, fault.message ?? 'the sandbox was asked to fail')
  }

  private async answer(
    request: ApiRequest,
    message: IncomingMessage,
    response: ServerResponse,
    lose: boolean,
  ): Promise<void> {
    if (request.verb === 'watch') return this.watch(request, message, response)
    if (request.subresource === 'log' && request.verb === 'get') {
      this.record(request, message, 200)
      return await this.options.serveLog(request, response)
    }
    const body = await readBody(message)
    const warn = (text: string): void => {
      response.appendHeader('Warning', `299 - ${JSON.stringify(text)}`)
    }
    const answer = this.operations.perform(request, body, warn)
    this.record(request, message, lose ? 0 : answer.code)
    if (lose) message.socket.resetAndDestroy()
    else send(response, answer.code, answer.body)
  }

  private watch(request: ApiRequest, message: IncomingMessage, response: ServerResponse): void {
    const watch = new Watch(this.options.registry.store, request, response)
    this.watches.add(watch)
    response.on('close', () => this.watches.delete(watch))
    this.record(request, message, 200)
    watch.start(this.options.bookmarkEvery ?? 60_000)
  }

  private answerError(
    error: unknown,
    request: ApiRequest | undefined,
    message: IncomingMessage,
    response: ServerResponse,
  ): void {
    const known = error instanceof ApiError ? error : internal(error)
    if (!(error instanceof ApiError)) this.options.log?.(`sandbox API: ${String((error as Error)?.stack ?? error)}`)
    this.record(request, message, known.code)
    if (response.headersSent) response.destroy()
    else send(response, known.code, known.status())
  }

  private record(request: ApiRequest | undefined, message: IncomingMessage, code: number): void {
    if (request !== undefined) this.audit.push(auditEntry(request, message, code))
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
  return new ApiError(
    500,
    'InternalError',
    `Internal error occurred: ${error instanceof Error ? error.message : error}`,
  )
}

function send(response: ServerResponse, code: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(code, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}

function sendPlain(response: ServerResponse, answer: unknown): void {
  if (typeof answer !== 'string') {
    send(response, 200, answer)
    return
  }
  response.writeHead(200, { 'Content-Type': 'text/plain' })
  response.end(answer)
}
