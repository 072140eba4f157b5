import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A way to a store that a test can shut: connections end and new ones are refused, until it opens again. */
export class Gate {
  readonly url: string
  readonly #address: string
  readonly #port: number
  readonly #target: URL
  readonly #open = new Set<Socket>()
  #server: Server | undefined
  /** Connections that came through so far. */
  passed = 0

  private constructor(target: URL, server: Server, port: number) {
    this.#target = target
    this.#address = target.hostname
    this.#port = port
    this.#server = server
    this.url = `${target.protocol}//${target.hostname}:${port}${target.pathname}`
    server.on('connection', socket => this.#pass(socket))
  }

  /** Opens a way to an http address, on the same address of this machine. */
  static async to(url: string): Promise<Gate> {
    const target = new URL(url)
    const server = createServer()
    server.listen(0, target.hostname)
    await once(server, 'listening')
    const bound = server.address()
    if (bound === null || typeof bound === 'string') throw new Error(`${target.hostname} gives no port`)
    return new Gate(target, server, bound.port)
  }

  async shut(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    for (const socket of this.#open) socket.destroy()
    await closed
  }

  async reopen(): Promise<void> {
    const server = createServer(socket => this.#pass(socket))
    server.listen(this.#port, this.#address)
    await once(server, 'listening')
    this.#server = server
  }

  #pass(socket: Socket): void {
    this.passed += 1
    const onward = connect(Number(this.#target.port), this.#target.hostname)
    const ends = [socket, onward]
    for (const end of ends) {
      this.#open.add(end)
      end.on('error', () => end.destroy())
      end.on('close', () => {
        this.#open.delete(end)
        for (const other of ends) other.destroy()
      })
    }
    socket.pipe(onward).pipe(socket)
  }
}
