import type { HttpAnswer, HttpRequest } from '../../runtime/agent/host.js'
import type { Pushgateway, Sandbox } from '../../sandbox/index.js'
import { Exchange } from './exchange.js'

/** Name of the API server for `HOLDFAST_API_URL`, and of the Pushgateway for flags. */
export const apiHost = 'api.invalid'
export const pushgatewayHost = 'pushgateway.invalid'

export interface NetworkOptions {
  readonly api?: Pick<Sandbox, 'serve'>
  readonly pushgateway?: Pick<Pushgateway, 'answer'>
  /** Whoever else is there: applications with hooks. Refused by default. */
  readonly others?: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>
}

/** A network without sockets: requests go straight to servers in this process. Hosts are told apart by their names. */
export function simulatedNetwork({ api, pushgateway, others }: NetworkOptions) {
  return async (request: HttpRequest): Promise<HttpAnswer> => {
    const { host, port, path } = request.address
    request.signal.throwIfAborted()
    if (host === pushgatewayHost && pushgateway !== undefined) {
      const { status, body, type } = pushgateway.answer(request.method, path, request.body ?? '')
      return { status, body, headers: { 'content-type': type } }
    }
    if (host === apiHost && api !== undefined) return askApi(api, request)
    if (others !== undefined) return others(request)
    throw Object.assign(new Error(`connect ECONNREFUSED ${host}:${port}`), { code: 'ECONNREFUSED' })
  }
}

async function askApi(api: Pick<Sandbox, 'serve'>, request: HttpRequest): Promise<HttpAnswer> {
  const exchange = new Exchange(() => false)
  const abort = () => exchange.destroy(request.signal.reason)
  request.signal.addEventListener('abort', abort, { once: true })
  const { method, body = '', headers } = request
  const contentType = headers['content-type']
  const userAgent = headers['user-agent'] ?? 'holdfast-agent'
  api.serve({ method, path: request.address.path, contentType, userAgent, body: async () => body }, exchange)
  try {
    const head = await exchange.head
    const chunks: Uint8Array[] = []
    for await (const chunk of exchange) chunks.push(chunk)
    const named = Object.entries(head.headers).map(([name, value]) => [name.toLowerCase(), String(value)])
    return { status: head.code, headers: Object.fromEntries(named), body: Buffer.concat(chunks).toString('utf8') }
  } finally {
    request.signal.removeEventListener('abort', abort)
  }
}
