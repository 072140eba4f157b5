import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** What went through a door since it was last told when to hold. */
export interface Traffic {
  /** Bytes towards the store. */
  readonly up: number
  /** Bytes from the store. */
  readonly down: number
  /** What was just sent towards the store, as text. */
  readonly request: string
}

/** A TCP way to the store that can stop all traffic in the midst of a transfer, as long as a test wants. */
export class Door {
  readonly url: string
  readonly #listener: Server
  readonly #sockets = new Set<Socket>()
  #holdWhen: (traffic: Traffic) => boolean = () => false
  #up = 0
  #down = 0
  #isHeld = false
  #onHeld: () => void = () => undefined

  private constructor(listener: Server, url: string, target: { readonly host: string; readonly port: number }) {
    this.#listener = listener
    this.url = url
    listener.on('connection', client => this.#join(client, connect(target)))
  }

  static async open(address: string, storePort: number): Promise<Door> {
    const listener = createServer()
    listener.listen(0, address)
    await once(listener, 'listening')
    const bound = listener.address()
    if (bound === null || typeof bound === 'string') throw new Error(`${address} gives no port`)
    return new Door(listener, `http://${address}:${bound.port}`, { host: address, port: storePort })
  }

  /** Holds everything as soon as `when` is true; resolves when it does. */
  hold(when: (traffic: Traffic) => boolean): Promise<void> {
    this.#up = 0
    this.#down = 0
    this.#holdWhen = when
    return new Promise(resolve => {
      this.#onHeld = resolve
    })
  }

  /** Lets everything pass from now on. */
  release(): void {
    this.#holdWhen = () => false
    this.#isHeld = false
    for (const socket of this.#sockets) socket.resume()
  }

  async close(): Promise<void> {
    this.#listener.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #join(client: Socket, store: Socket): void {
    this.#carry(client, store, chunk => {
      this.#up += chunk.length
      return chunk.toString('latin1')
    })
    this.#carry(store, client, chunk => {
      this.#down += chunk.length
      return ''
    })
    if (this.#isHeld) for (const socket of [client, store]) socket.pause()
  }

  #carry(from: Socket, to: Socket, count: (chunk: Buffer) => string): void {
    this.#sockets.add(from)
    from.on('data', chunk => {
      const bytes = Buffer.from(chunk)
      const request = count(bytes)
      if (!this.#isHeld && this.#holdWhen({ up: this.#up, down: this.#down, request })) this.#stop()
      if (!to.write(bytes) && !this.#isHeld) from.pause()
    })
    to.on('drain', () => {
      if (!this.#isHeld) from.resume()
    })
    from.on('end', () => to.end())
    // A store that is away ends the connection; the client is told by its end, and nobody else needs to know.
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }

  #stop(): void {
    this.#isHeld = true
    for (const socket of this.#sockets) socket.pause()
    this.#onHeld()
  }
}
