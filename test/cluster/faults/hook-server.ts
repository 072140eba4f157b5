import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

/** An application on this machine that hooks talk to; it outlives whatever happens to the cluster. */
export class HookServer {
  readonly host: string
  readonly port: number
  readonly #server: Server
  readonly #seen: string[] = []

  private constructor(server: Server, host: string, port: number) {
    this.#server = server
    this.host = host
    this.port = port
    server.on('request', (request, response) => {
      this.#seen.push(request.url ?? '')
      response.end()
    })
  }

  static async start(address: string): Promise<HookServer> {
    const server = createServer()
    server.listen(0, address)
    await once(server, 'listening')
    const bound = server.address()
    if (bound === null || typeof bound === 'string') throw new Error(`${address} gives no port`)
    return new HookServer(server, address, bound.port)
  }

  /** What was asked under a path, in order: the rest of each path. */
  seen(prefix: string): string[] {
    return this.#seen.filter(path => path.startsWith(prefix)).map(path => path.slice(prefix.length))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
