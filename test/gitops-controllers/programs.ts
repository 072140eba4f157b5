import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { ChildServer } from '../behaviour/child-server.js'

/** The programs of both tools, in the folder that they were built into, and what runs of them. */
export class Programs {
  readonly #folder: string
  readonly #started: ChildServer[] = []

  constructor(folder: string) {
    this.#folder = folder
  }

  path(name: string): string {
    return join(this.#folder, 'bin', name)
  }

  /** Files with the definitions of a tool’s kinds. */
  definitions(tool: 'argocd' | 'flux'): string[] {
    const folder = join(this.#folder, tool)
    return readdirSync(folder).map(name => join(folder, name))
  }

  /** Starts a program of the tools and waits until it accepts connections. */
  async serve(name: string, port: number, args: readonly string[], env: NodeJS.ProcessEnv): Promise<ChildServer> {
    const child = this.start(name, args, env)
    await child.ready(() => accepts(port), 180)
    return child
  }

  /** Starts a program of the tools or, by its path, any other. */
  start(command: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>): ChildServer {
    const child = ChildServer.start(command.includes('/') ? command : this.path(command), args, env)
    this.#started.push(child)
    return child
  }

  /** Ends at once whatever still runs. */
  kill(): void {
    for (const child of this.#started) if (!child.hasEnded) child.signal('SIGKILL')
  }
}

function accepts(port: number): Promise<true | undefined> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(undefined))
  })
}
