import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Endpoint } from '../../runtime/kube/endpoint.js'

/** A request as the server got it. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: Record<string, unknown> | undefined
}

export type Answer = (response: ServerResponse, request: SeenRequest) => void

/** A real HTTP server that answers as the test says, and remembers what it was asked. */
export class ScriptedServer {
  readonly requests: SeenRequest[] = []
  /** Sockets accepted so far. */
  connections = 0
  answer: Answer
  readonly #server: Server
  readonly #scheme: string

  private constructor(answer: Answer, tls: { key: string; cert: string } | undefined) {
    this.answer = answer
    const listener: RequestListener = (request, response) => void this.#handle(request, response)
    this.#scheme = tls ? 'https' : 'http'
    this.#server = tls ? createTlsServer(tls, listener) : createServer(listener)
    this.#server.on('connection', () => this.connections++)
  }

  static async start(answer: Answer, tls?: { key: string; cert: string }): Promise<ScriptedServer> {
    const scripted = new ScriptedServer(answer, tls)
    await new Promise<void>(resolve => scripted.#server.listen(0, '127.0.0.1', resolve))
    return scripted
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`
  }

  get endpoint(): Endpoint {
    return { server: this.url, namespace: undefined, credentials: async () => ({ headers: {}, tls: {} }) }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const url = new URL(request.url ?? '/', this.url)
    const seen = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: text ? JSON.parse(text) : undefined,
    }
    this.requests.push(seen)
    this.answer(response, seen)
  }
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

/** Answers as the API server refuses. */
export function refuse(response: ServerResponse, status: number, reason: string, headers: Record<string, string> = {}) {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, reason, message: `said ${reason}` }
  sendJson(response, status, body, headers)
}

/** Writes one line of a watch. */
export function sendEvent(response: ServerResponse, type: string, object: unknown) {
  response.write(`${JSON.stringify({ type, object })}\n`)
}
