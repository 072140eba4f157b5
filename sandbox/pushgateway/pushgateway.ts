import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ExpositionError, formatExposition, type Labels, type MetricFamily, parseExposition } from './exposition.js'
import { checkConsistency, groupingLabels, groupKey, labelled, type MetricGroup } from './group.js'
import { describeGroup, pushTimes } from './group-description.js'

export interface PushgatewayOptions {
  /** A free port of the loopback device by default. */
  readonly port?: number
}

/** Receives pushes as Prometheus' Pushgateway 1.x does: https://github.com/prometheus/pushgateway, without persistence. */
export class Pushgateway {
  readonly url: string
  private readonly server: Server
  private readonly groups: Map<string, MetricGroup>
  private readonly fault: { code: number | undefined }

  private constructor(
    url: string,
    server: Server,
    groups: Map<string, MetricGroup>,
    fault: { code: number | undefined },
  ) {
    this.url = url
    this.server = server
    this.groups = groups
    this.fault = fault
  }

  static async start(options: PushgatewayOptions = {}): Promise<Pushgateway> {
    const groups = new Map<string, MetricGroup>()
    const fault: { code: number | undefined } = { code: undefined }
    const server = createServer((request, response) => void serve(groups, fault.code, request, response))
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.port ?? 0, '127.0.0.1', resolve)
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return new Pushgateway(url, server, groups, fault)
  }

  /** Every group's grouping labels, in the order of their first push. */
  groupings(): Labels[] {
    return [...this.groups.values()].map(group => group.labels)
  }

  /** Answers every request with `code` until it is called with undefined. */
  failWith(code: number | undefined): void {
    this.fault.code = code
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()))
    this.server.closeAllConnections()
    await closed
  }
}

type Groups = Map<string, MetricGroup>

async function serve(
  groups: Groups,
  fault: number | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await bodyOf(request)
  const { pathname } = new URL(request.url ?? '/', 'http://pushgateway')
  if (fault !== undefined) answer(response, fault, 'the sandbox was asked to fail\n')
  else if (request.method === 'GET') read(groups, pathname, response)
  else if (!pathname.startsWith('/metrics/')) answer(response, 404, '404 page not found\n')
  else write(groups, request.method ?? '', pathname, text, response)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function read(groups: Groups, path: string, response: ServerResponse): void {
  if (path === '/metrics') {
    answer(response, 200, formatExposition(merged(groups)), 'text/plain; version=0.0.4; charset=utf-8')
  } else if (path === '/api/v1/metrics') {
    const data = [...groups.values()].map(describeGroup)
    answer(response, 200, JSON.stringify({ status: 'success', data }), 'application/json')
  } else if (path === '/-/ready' || path === '/-/healthy') answer(response, 200, 'OK')
  else answer(response, 404, '404 page not found\n')
}

function write(groups: Groups, method: string, path: string, text: string, response: ServerResponse): void {
  try {
    const labels = groupingLabels(path)
    if (method === 'DELETE') {
      groups.delete(groupKey(labels))
      answer(response, 202, '')
    } else if (method === 'PUT' || method === 'POST') {
      push(groups, labels, text, method === 'PUT')
      answer(response, 200, '')
    } else answer(response, 405, 'Method Not Allowed\n')
  } catch (error) {
    if (!(error instanceof ExpositionError || error instanceof URIError)) throw error
    answer(response, 400, `${error.message}\n`)
  }
}

/** PUT replaces the whole group, POST the families of the same names. A refused push leaves only its time behind. */
function push(groups: Groups, labels: Labels, text: string, replace: boolean): void {
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
    group.lastPush = Date.now() / 1000
  } catch (error) {
    group.lastFailure = Date.now() / 1000
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

function answer(response: ServerResponse, code: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(code, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}
