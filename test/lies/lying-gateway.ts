import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(code, headers)
    response.end('no')
  }

/** Sends chunks for as long as somebody listens. */
const endless =
  (code: number, pause: number, chunk: string): Answer =>
  (_request, response) => {
    response.writeHead(code)
    const timer = setInterval(() => response.write(chunk), pause)
    response.once('close', () => clearInterval(timer))
  }

/** What a Pushgateway can do instead of taking metrics. */
export const gatewayLies: Readonly<Record<string, Answer>> = {
  'answers 500': status(500),
  'answers 400': status(400),
  'answers 404': status(404),
  'answers 503': status(503, { 'retry-after': '3600' }),
  'sends elsewhere': status(302, { location: 'http://127.0.0.1:9/' }),
  'sends elsewhere for good': status(308, { location: 'http://127.0.0.1:9/' }),
  hangs: () => {},
  'takes nothing and hangs': incoming => void incoming.pause(),
  'resets the connection': incoming => void incoming.socket.resetAndDestroy(),
  'closes without an answer': incoming => void incoming.socket.destroy(),
  'answers with garbage': incoming => void incoming.socket.end('\0\xff\x1b[2J this is no HTTP\r\n\r\n'),
  'cuts its answer off': (_incoming, response) => {
    response.writeHead(200, { 'content-length': '1000' })
    response.write('half')
    setTimeout(() => response.destroy(), 20)
  },
  'drips its headers': incoming => {
    const timer = setInterval(() => incoming.socket.write('H'), 10)
    incoming.socket.once('close', () => clearInterval(timer))
  },
  'drips its answer': endless(500, 20, '.'),
  'never ends its refusal': endless(400, 1, 'x'.repeat(1 << 20)),
}

/** An HTTP server in this process, closed with every connection that hangs on it. */
export class LyingServer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
    server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  static async start(answer: Answer): Promise<LyingServer> {
    const server = createServer((incoming, response) => answer(incoming, response))
    const lying = new LyingServer(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return lying
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise(resolve => this.#server.close(resolve))
  }
}

/** Hands the first half of a body on to a true Pushgateway, and then breaks both connections. */
export const halfway =
  (gateway: string): Answer =>
  incoming => {
    const { method, url, headers } = incoming
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.once('end', () => {
      const body = Buffer.concat(chunks)
      const onward = request(`${gateway}${url}`, { method: method ?? 'POST', headers })
      onward.on('error', () => {})
      onward.write(body.subarray(0, body.length / 2), () => {
        onward.destroy()
        incoming.socket.resetAndDestroy()
      })
    })
  }
