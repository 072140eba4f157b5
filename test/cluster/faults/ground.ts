import { loadEndpoint } from '../../../runtime/kube/credentials.js'
import { Transport } from '../../../runtime/kube/transport.js'
import { ClusterWorld } from '../../behaviour/cluster-world.js'
import { ownAddressBeside } from '../../behaviour/own-address.js'
import { Containers } from './containers.js'
import type { FaultWorld } from './fault.js'
import { HookServer } from './hook-server.js'
import { type Mover, runningMovers } from './mover.js'
import { NodePrograms } from './node-programs.js'
import { StoreServer } from './store-server.js'

/** The cluster, and on this machine what must outlive its faults: a store, and an application that hooks talk to. */
export class Ground implements FaultWorld {
  readonly world: ClusterWorld
  readonly client: ClusterWorld['client']
  readonly transport: Transport
  readonly programs = new NodePrograms()
  readonly containers = new Containers(this.programs.state)
  readonly store: StoreServer
  readonly hooks: HookServer
  /** Whose pods faults hit. */
  readonly namespaces = new Set<string>()

  private constructor(world: ClusterWorld, transport: Transport, store: StoreServer, hooks: HookServer) {
    this.world = world
    this.client = world.client
    this.transport = transport
    this.store = store
    this.hooks = hooks
  }

  /** Starts what is not running of the cluster, and installs Holdfast. */
  static async start(): Promise<Ground> {
    await new NodePrograms().up()
    const endpoint = await loadEndpoint()
    const address = ownAddressBeside(new URL(endpoint.server).hostname)
    const world = await ClusterWorld.start()
    return new Ground(world, new Transport(endpoint), await StoreServer.start(address), await HookServer.start(address))
  }

  movers(): Promise<Mover[]> {
    return runningMovers(this.client, [...this.namespaces])
  }

  async stop(): Promise<void> {
    await this.programs.up()
    await this.world.stop()
    this.transport.close()
    await this.store.stop()
    await this.hooks.stop()
  }
}
