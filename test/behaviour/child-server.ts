import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { eventually } from './eventually.js'

/** A server program of a test: started, answering, and ended with it. */
export class ChildServer {
  readonly #child: ChildProcess
  readonly #name: string
  #output = ''

  private constructor(name: string, child: ChildProcess) {
    this.#name = name
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-20_000)
      })
    }
  }

  /** Starts a program; its standard output and error are kept. */
  static start(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>> = process.env,
  ): ChildServer {
    const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
    return new ChildServer(command, child)
  }

  /** The last 20 000 characters that it wrote. */
  get output(): string {
    return this.#output
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Waits until `ask` has an answer; throws with the program’s output when it ends or stays silent. */
  async ready<T>(ask: () => Promise<T | undefined> | T | undefined, seconds = 20): Promise<T> {
    const complaint = () => `${this.#name} is not ready:\n${this.#output}`
    return eventually(
      () => {
        if (this.hasEnded) throw new Error(complaint())
        return ask()
      },
      seconds,
      complaint,
    )
  }

  /** Waits until it accepts connections. */
  async accepts(port: number, address: string): Promise<void> {
    await this.ready(
      () =>
        new Promise<true | undefined>(resolve => {
          const socket = connect({ port, host: address })
          socket.once('connect', () => {
            socket.destroy()
            resolve(true)
          })
          socket.once('error', () => resolve(undefined))
        }),
    )
  }

  /** Sends a signal and does not wait for what comes of it. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.hasEnded) return
    const ended = once(this.#child, 'exit')
    this.#child.kill(signal)
    await ended
  }
}

/** A TCP port of an address that nobody uses at the moment. */
export async function freePort(address: string): Promise<number> {
  const server = createServer()
  server.listen(0, address)
  await once(server, 'listening')
  const bound = server.address()
  server.close()
  await once(server, 'close')
  if (bound === null || typeof bound === 'string') throw new Error(`${address} gives no port`)
  return bound.port
}
