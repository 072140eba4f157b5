import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import { acceptedFormat } from './accepted-format.js'
import { type MetricSource, openMetrics, openMetricsType } from './open-metrics.js'

/** Names what is wrong at the moment; empty means well. */
export type HealthCheck = () => readonly string[]

/** What the controller shows to the kubelet and to Prometheus. */
export interface HttpServerOptions {
  /** 0 takes a free port. */
  readonly port: number
  /** Default: all interfaces. */
  readonly host?: string
  readonly registry: Pick<Registry, 'metrics' | 'contentType'> & MetricSource
  /** Liveness: problems only a restart can end. */
  readonly healthz: HealthCheck
  /** Readiness: problems that pass by themselves. */
  readonly readyz: HealthCheck
  /** Told when an answer could not be given. Default: console.error. */
  readonly onError?: (error: unknown) => void
}

/** Serves `/healthz`, `/readyz` and `/metrics`, and nothing else. */
export class HttpServer {
  readonly port: number
  readonly #server: Server

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
  }

  /**
   * Starts to listen.
   * @throws Error when the port is taken or not allowed.
   */
  static listen(options: HttpServerOptions): Promise<HttpServer> {
    const server = createServer((request, response) => {
      answer(options, request, response).catch(error => {
        if (options.onError === undefined) console.error('Answering a probe failed:', error)
        else options.onError(error)
        send(response, 500, 'internal error\n')
      })
    })
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.port, options.host, () => {
        server.off('error', reject)
        const address = server.address()
        const port = typeof address === 'object' && address ? address.port : options.port
        resolve(new HttpServer(server, port))
      })
    })
  }

  /** Stops listening and ends the connections. */
  close(): Promise<void> {
    return new Promise(resolve => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }
}

async function answer(options: HttpServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?', 1)[0]
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'only GET\n')
  if (path === '/healthz') return sendHealth(response, options.healthz())
  if (path === '/readyz') return sendHealth(response, options.readyz())
  if (path !== '/metrics') return send(response, 404, 'see /healthz, /readyz or /metrics\n')
  await sendMetrics(options.registry, request, response)
}

/** In the format that is asked for, OpenMetrics or Prometheus text. */
async function sendMetrics(
  registry: HttpServerOptions['registry'],
  { headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const isOpen = acceptedFormat(headers.accept) === 'openmetrics'
  const body = await (isOpen ? openMetrics(registry) : registry.metrics())
  response.setHeader('vary', 'accept')
  send(response, 200, body, isOpen ? openMetricsType : registry.contentType)
}

function sendHealth(response: ServerResponse, problems: readonly string[]): void {
  if (problems.length === 0) send(response, 200, 'ok\n')
  else send(response, 503, `${problems.join('\n')}\n`)
}

function send(response: ServerResponse, status: number, body: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': contentType })
  response.end(body)
}
