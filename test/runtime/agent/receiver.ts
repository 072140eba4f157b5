import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Where a redirect leads. */
export const elsewhere = 'https://login.example.com/session'

/** What notifications are sent to: it remembers every request, and answers what a test wants. */
export class Receiver {
  readonly received: Received[] = []
  /** Status of the next answers; 200 after the last. */
  readonly answers: number[] = []
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = ''
      request.on('data', chunk => {
        body += chunk
      })
      request.on('end', () => {
        const { method = '', url = '', headers } = request
        this.received.push({ method, url, headers, body })
        const status = this.answers.shift() ?? 200
        response.writeHead(status, status >= 300 && status < 400 ? { location: elsewhere } : {}).end('ok')
      })
    })
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver()
    await new Promise<void>(resolve => receiver.#server.listen(0, '127.0.0.1', resolve))
    return receiver
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** The URL of a path, as a Secret would hold it. */
  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`
  }

  stop(): void {
    this.#server.close()
  }
}
