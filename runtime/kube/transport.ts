import * as http from 'node:http'
import * as https from 'node:https'
import { apiErrorFrom } from './api-error.js'
import { DeadlineError } from './deadline-error.js'
import type { Credentials, Endpoint } from './endpoint.js'
import type { ApiCall, DateListener, KubeTransport } from './kube-transport.js'

/** Idle sockets are closed before the API server's own 90 s, so that a write never meets a half-closed one. */
const IDLE_SOCKET_MS = 60_000
/** TCP keep-alive probes start after this silence; with Node's 10 probes a dead peer is found in about 25 s. */
const KEEP_ALIVE_MS = 15_000

/**
 * HTTP/1.1 to one API server over kept-alive connections: up to eight for calls, and one per watch, so that neither
 * waits for the other. Answers other than 2xx become an ApiError; after a 401 the credentials are read again, once.
 */
export class Transport implements KubeTransport {
  readonly #endpoint: Endpoint
  readonly #base: URL
  readonly #calls: http.Agent
  readonly #watches: http.Agent
  readonly #dateListeners: DateListener[] = []

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
    this.#base = new URL(endpoint.server)
    const { Agent } = this.#base.protocol === 'http:' ? http : https
    const keepAlive = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS }
    this.#calls = endpoint.agent ?? new Agent({ ...keepAlive, maxSockets: 8, timeout: IDLE_SOCKET_MS })
    this.#watches = endpoint.agent ?? new Agent({ ...keepAlive, maxFreeSockets: 1 })
  }

  async call(call: ApiCall, deadlineMs: number): Promise<unknown> {
    const { response, keepDeadline } = await this.#open(call, this.#calls, deadlineMs)
    const text = await readAll(response).finally(keepDeadline)
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw new Error(`${describe(call)}: the answer is not JSON; is ${this.#base.origin} an API server?`, { cause })
    }
  }

  async stream(call: ApiCall, deadlineMs: number, idleMs: number): Promise<http.IncomingMessage> {
    const { response, keepDeadline } = await this.#open(call, this.#watches, deadlineMs)
    keepDeadline()
    response.setTimeout(idleMs, () => {
      response.destroy(new DeadlineError(describe(call), idleMs, 'not a byte'))
    })
    return response
  }

  onDate(listener: DateListener): void {
    this.#dateListeners.push(listener)
  }

  close(): void {
    this.#calls.destroy()
    this.#watches.destroy()
  }

  async #open(call: ApiCall, agent: http.Agent, deadlineMs: number): Promise<Opened> {
    call.signal?.throwIfAborted()
    const opened = await this.#send(call, agent, deadlineMs, await this.#endpoint.credentials())
    if (opened.response.statusCode !== 401) return accepted(call, opened)
    opened.response.resume()
    opened.keepDeadline()
    call.signal?.throwIfAborted()
    return accepted(call, await this.#send(call, agent, deadlineMs, await this.#endpoint.credentials(true)))
  }

  #send(call: ApiCall, agent: http.Agent, deadlineMs: number, credentials: Credentials): Promise<Opened> {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body)
    const { request: start } = this.#base.protocol === 'http:' ? http : https
    const request = start({
      ...credentials.tls,
      agent,
      method: call.method,
      protocol: this.#base.protocol,
      hostname: this.#base.hostname.replace(/^\[|\]$/g, ''),
      port: this.#base.port,
      path: this.#base.pathname.replace(/\/$/, '') + call.path,
      headers: headersOf(call, body, credentials),
    })
    const sentAt = performance.now()
    return new Promise((resolve, reject) => {
      let response: http.IncomingMessage | undefined
      // A request destroyed after its headers hides the reason behind ECONNRESET; the response keeps it.
      const fail = (error: Error) => (response ?? request).destroy(error)
      const abort = () => fail(call.signal?.reason)
      const timer = setTimeout(() => fail(new DeadlineError(describe(call), deadlineMs, 'no answer')), deadlineMs)
      const keepDeadline = () => clearTimeout(timer)
      call.signal?.addEventListener('abort', abort, { once: true })
      request.on('error', reject)
      request.once('close', () => {
        clearTimeout(timer)
        call.signal?.removeEventListener('abort', abort)
      })
      request.once('response', received => {
        response = received
        this.#tellDate(received, performance.now() - sentAt)
        resolve({ response: received, keepDeadline })
      })
      request.end(body)
    })
  }

  #tellDate({ headers }: http.IncomingMessage, tookMs: number): void {
    const at = Date.parse(headers.date ?? '')
    if (!Number.isNaN(at)) for (const listener of this.#dateListeners) listener(at, tookMs)
  }
}

interface Opened {
  readonly response: http.IncomingMessage
  /** Ends the deadline: it has been kept. */
  readonly keepDeadline: () => void
}

async function accepted(call: ApiCall, opened: Opened): Promise<Opened> {
  const { response, keepDeadline } = opened
  const status = response.statusCode ?? 0
  if (status >= 200 && status < 300) return opened
  const text = await readAll(response).finally(keepDeadline)
  throw apiErrorFrom(describe(call), status, text, response.headers['retry-after'])
}

function headersOf(call: ApiCall, body: string | undefined, credentials: Credentials): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = {
    accept: 'application/json',
    'user-agent': 'holdfast',
    ...credentials.headers,
  }
  if (body !== undefined) {
    headers['content-type'] = call.contentType ?? 'application/json'
    headers['content-length'] = Buffer.byteLength(body)
  }
  return headers
}

async function readAll(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function describe(call: ApiCall): string {
  return `${call.method} ${call.path.split('?', 1)[0]}`
}
