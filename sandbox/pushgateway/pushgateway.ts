import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type SandboxClock, systemClock } from '../clock.js'
import { ExpositionError, formatExposition, type Labels, type MetricFamily, parseExposition } from './exposition.js'
import { checkConsistency, groupingLabels, groupKey, labelled, type MetricGroup } from './group.js'
import { describeGroup, pushTimes } from './group-description.js'

export interface PushgatewayOptions {
  /** A free port of the loopback device by default. With `none` only `answer` reaches it. */
  readonly port?: number | 'none'
  /** This machine's clock by default. */
  readonly clock?: SandboxClock
}

export interface PushAnswer {
  readonly status: number
  readonly body: string
  readonly type: string
}

/** Receives pushes as Prometheus' Pushgateway 1.x does: https://github.com/prometheus/pushgateway, without persistence. */
export class Pushgateway {
  private readonly clock: SandboxClock
  private readonly server: Server
  private readonly groups = new Map<string, MetricGroup>()
  private fault: number | undefined

  private constructor(clock: SandboxClock) {
    this.clock = clock
    this.server = createServer((request, response) => void this.serve(request, response))
  }

  static async start(options: PushgatewayOptions = {}): Promise<Pushgateway> {
    const gateway = new Pushgateway(options.clock ?? systemClock)
    const { port = 0 } = options
    if (port === 'none') return gateway
    await new Promise<void>((resolve, reject) => {
      gateway.server.once('error', reject)
      gateway.server.listen(port, '127.0.0.1', resolve)
    })
    return gateway
  }

  /** Leads nowhere without a port. */
  get url(): string {
    const address = this.server.address() as AddressInfo | null
    return address === null ? 'http://pushgateway.invalid:9091' : `http://127.0.0.1:${address.port}`
  }

  /** Every group's grouping labels, in the order of their first push. */
  groupings(): Labels[] {
    return [...this.groups.values()].map(group => group.labels)
  }

  /** Answers every request with `code` until it is called with undefined. */
  failWith(code: number | undefined): void {
    this.fault = code
  }

  /** Answers one request; `path` is without a host. */
  answer(method: string, path: string, text: string): PushAnswer {
    const { pathname } = new URL(path, 'http://pushgateway')
    if (this.fault !== undefined) return plain(this.fault, 'the sandbox was asked to fail\n')
    if (method === 'GET') return read(this.groups, pathname)
    if (!pathname.startsWith('/metrics/')) return plain(404, '404 page not found\n')
    return write(this.groups, method, pathname, text, this.clock.now() / 1000)
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()))
    this.server.closeAllConnections()
    await closed
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const { status, body, type } = this.answer(request.method ?? '', request.url ?? '/', text)
    response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) })
    response.end(body)
  }
}

type Groups = Map<string, MetricGroup>

function plain(status: number, body: string): PushAnswer {
  return { status, body, type: 'text/plain; charset=utf-8' }
}

function read(groups: Groups, path: string): PushAnswer {
  if (path === '/metrics') {
    const type = 'text/plain; version=0.0.4; charset=utf-8'
    return { status: 200, body: formatExposition(merged(groups)), type }
  }
  if (path === '/api/v1/metrics') {
    const data = [...groups.values()].map(describeGroup)
    return { status: 200, body: JSON.stringify({ status: 'success', data }), type: 'application/json' }
  }
  return path === '/-/ready' || path === '/-/healthy' ? plain(200, 'OK') : plain(404, '404 page not found\n')
}

function write(groups: Groups, method: string, path: string, text: string, seconds: number): PushAnswer {
  try {
    const labels = groupingLabels(path)
    if (method === 'DELETE') {
      groups.delete(groupKey(labels))
      return plain(202, '')
    }
    if (method !== 'PUT' && method !== 'POST') return plain(405, 'Method Not Allowed\n')
    push(groups, labels, text, method === 'PUT', seconds)
    return plain(200, '')
  } catch (error) {
    if (!(error instanceof ExpositionError || error instanceof URIError)) throw error
    return plain(400, `${error.message}\n`)
  }
}

/** PUT replaces the whole group, POST the families of the same names. A refused push leaves only its time behind. */
function push(groups: Groups, labels: Labels, text: string, replace: boolean, seconds: number): void {
  const key = groupKey(labels)
  const before = groups.get(key)
  const group = before ?? { labels, families: new Map(), lastPush: 0, lastFailure: 0 }
  groups.set(key, group)
  try {
    const pushed = labelled(parseExposition(text), labels)
    checkConsistency(
      pushed,
      [...groups.values()].filter(other => other !== group || !replace),
    )
    if (replace) group.families.clear()
    for (const [name, family] of pushed) group.families.set(name, family)
    group.lastPush = seconds
  } catch (error) {
    group.lastFailure = seconds
    throw error
  }
}

function merged(groups: Groups): MetricFamily[] {
  const all = new Map<string, MetricFamily>()
  for (const group of groups.values()) {
    for (const family of [...group.families.values(), ...pushTimes(group)]) {
      const known = all.get(family.name)
      all.set(family.name, known === undefined ? family : { ...known, samples: [...known.samples, ...family.samples] })
    }
  }
  return [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}
