import { readFileSync } from 'node:fs'
import { type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { added, kindOf, noOperations, type Operations } from './operation.js'

interface Files {
  readonly certificate: string
  readonly key: string
}

/**
 * Stands between restic and an S3 store and counts what passes: TLS in front, since restic signs otherwise without it,
 * plain HTTP behind. Requests go on as they came, `Host` included, for it is part of their signature.
 */
export class RecordingProxy {
  readonly #server: Server
  #counted: Operations = noOperations

  private constructor(files: Files, storePort: number) {
    const tls = { cert: readFileSync(files.certificate), key: readFileSync(files.key) }
    this.#server = createServer(tls, (incoming, outgoing) => this.#forward(incoming, outgoing, storePort))
  }

  static async start(files: Files, storePort: number): Promise<RecordingProxy> {
    const proxy = new RecordingProxy(files, storePort)
    await new Promise<void>(resolve => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get endpoint(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** What passed since the last call. */
  take(): Operations {
    const counted = this.#counted
    this.#counted = noOperations
    return counted
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse, port: number): void {
    const { method = 'GET', url = '/', headers } = incoming
    this.#count({ [kindOf(method, url)]: 1 })
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('data', (chunk: Buffer) => this.#count({ received: chunk.length }))
      answer.pipe(outgoing)
    })
    incoming.on('data', (chunk: Buffer) => this.#count({ sent: chunk.length }))
    onward.on('error', error => {
      outgoing.writeHead(502, { 'content-type': 'text/plain' }).end(error.message)
    })
    incoming.pipe(onward)
  }

  #count(some: Partial<Operations>): void {
    this.#counted = added(this.#counted, { ...noOperations, ...some })
  }
}
