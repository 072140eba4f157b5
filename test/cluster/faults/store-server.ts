import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolPath } from '../../../scripts/tools.mjs'
import { ChildServer, freePort } from '../../behaviour/child-server.js'
import { Door } from './door.js'

/** A rest-server of this machine that can die, hang and come back, with a door of its own for every repository. */
export class StoreServer {
  /** Repositories lie in it as restic’s local ones do, so that they can be looked at without the server. */
  readonly folder: string
  readonly #address: string
  readonly #port: number
  readonly #doors: Door[] = []
  #server: ChildServer

  private constructor(address: string, port: number, folder: string) {
    this.#address = address
    this.#port = port
    this.folder = folder
    this.#server = this.#spawn()
  }

  /** `address` is this machine’s, as pods reach it. */
  static async start(address: string): Promise<StoreServer> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-fault-store-'))
    const server = new StoreServer(address, await freePort(address), folder)
    await server.#ready()
    return server
  }

  /** A way to the store that can be held in the midst of a transfer. */
  async door(): Promise<Door> {
    const door = await Door.open(this.#address, this.#port)
    this.#doors.push(door)
    return door
  }

  kill(): Promise<void> {
    return this.#server.stop('SIGKILL')
  }

  /** It accepts connections and answers nothing, until it is told to go on. */
  hang(): void {
    this.#server.signal('SIGSTOP')
  }

  goOn(): void {
    this.#server.signal('SIGCONT')
  }

  /** Starts it again, at the same address and with the same repositories. */
  async restart(): Promise<void> {
    if (!this.#server.hasEnded) return
    this.#server = this.#spawn()
    await this.#ready()
  }

  async stop(): Promise<void> {
    for (const door of this.#doors) await door.close()
    await this.#server.stop('SIGKILL')
    await rm(this.folder, { recursive: true, force: true })
  }

  #spawn(): ChildServer {
    const listen = `${this.#address}:${this.#port}`
    return ChildServer.start(toolPath('rest-server'), ['--path', this.folder, '--listen', listen, '--no-auth'])
  }

  #ready(): Promise<void> {
    return this.#server.accepts(this.#port, this.#address)
  }
}
