import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ApiHandler } from './handler.js'
import { HttpReply, httpCall } from './http-reply.js'

/** The HTTP face of the API: plain HTTP, no authentication. */
export class ApiServer {
  private readonly server: Server

  constructor(handler: ApiHandler) {
    this.server = createServer((message, response) => {
      void handler.serve(httpCall(message), new HttpReply(message, response))
    })
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
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()))
    this.server.closeAllConnections()
    await closed
  }

  /** Cuts every open connection, watches too, as a restarting API server does. */
  dropConnections(): void {
    this.server.closeAllConnections()
  }
}
