import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditEntry } from '../../sandbox/api/audit.js'
import { builtInResources } from '../../sandbox/api/built-in.js'
import { ApiHandler } from '../../sandbox/api/handler.js'
import { HttpReply, httpCall } from '../../sandbox/api/http-reply.js'
import { Registry } from '../../sandbox/api/registry.js'
import { ResourceCatalogue } from '../../sandbox/api/resource.js'
import { Store } from '../../sandbox/api/store.js'
import { ControlPlane } from '../../sandbox/controllers/control-plane.js'
import { certificateFor } from '../../test/behaviour/certificate.js'
import { FakeMover } from './fake-mover.js'

const nodeName = 'node1'
const address = '127.0.0.1'
/** More changes than a run makes: a controller that falls behind is measured, not sent back to a list. */
const history = 1_000_000

/**
 * The sandbox's API server and controllers without its kubelet: pods end by themselves, so that what a run measures is
 * the controller and not the folders and processes of a thousand movers.
 */
export class Stage {
  readonly registry: Registry
  /** Where the API server listens, and the folder that stands for the mount of a pod's ServiceAccount. */
  readonly port: number
  readonly accountFolder: string
  readonly mover: FakeMover
  readonly #handler: ApiHandler
  readonly #plane: ControlPlane
  readonly #server: Server
  readonly #folder: string

  private constructor(parts: Parts) {
    this.registry = parts.registry
    this.port = parts.port
    this.accountFolder = parts.accountFolder
    this.mover = parts.mover
    this.#handler = parts.handler
    this.#plane = parts.plane
    this.#server = parts.server
    this.#folder = parts.folder
  }

  static async start(): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-scale-'))
    mkdirSync(join(folder, 'volumes'))
    const registry = new Registry(new Store(history), new ResourceCatalogue(builtInResources))
    const log = (line: string) => process.stderr.write(`sandbox: ${line}\n`)
    const handler = new ApiHandler({ registry, evict: refused, serveLog: refused, log })
    const { key, certificate, authority } = await certificateFor(address, folder)
    const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (message, response) => {
      void handler.serve(httpCall(message), new HttpReply(message, response))
    })
    server.keepAliveTimeout = 90_000
    await new Promise<void>(resolve => server.listen(0, address, resolve))
    const { port } = server.address() as AddressInfo
    const accountFolder = join(folder, 'account')
    mkdirSync(accountFolder)
    for (const [name, text] of Object.entries({ 'ca.crt': authority, token: 'bench', namespace: 'holdfast-system' }))
      writeFileSync(join(accountFolder, name), text)
    const plane = new ControlPlane({ registry, nodeName, log }, join(folder, 'volumes'), () => true)
    plane.furnish()
    const mover = new FakeMover(registry)
    return new Stage({ registry, port, accountFolder, mover, handler, plane, server, folder })
  }

  /** Every request so far, oldest first. */
  get audit(): readonly AuditEntry[] {
    return this.#handler.audit
  }

  async stop(): Promise<void> {
    this.mover.stop()
    this.#plane.stop()
    this.#handler.close()
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    await closed
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function refused(): never {
  throw new Error('the stage has no node')
}

interface Parts {
  readonly registry: Registry
  /** Where the API server listens, and the folder that stands for the mount of a pod's ServiceAccount. */
  readonly port: number
  readonly accountFolder: string
  readonly mover: FakeMover
  readonly handler: ApiHandler
  readonly plane: ControlPlane
  readonly server: Server
  readonly folder: string
}
