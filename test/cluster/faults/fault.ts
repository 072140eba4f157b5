import type { KubeClient } from '../../../runtime/kube/client.js'
import type { Transport } from '../../../runtime/kube/transport.js'
import type { Containers } from './containers.js'
import type { Mover } from './mover.js'
import type { NodePrograms } from './node-programs.js'
import type { StoreServer } from './store-server.js'

/** What faults are injected into: one node, its programs and containers, and a store on this machine. */
export interface FaultWorld {
  readonly client: KubeClient
  /** For calls that the client does not know. */
  readonly transport: Transport
  readonly programs: NodePrograms
  readonly containers: Containers
  readonly store: StoreServer
  /** The pods that faults of pods hit: those of Holdfast’s Jobs that run now. */
  movers(): Promise<readonly Mover[]>
}

/** Makes the cluster whole again and waits until it is; safe to call when it already is. */
export type Heal = () => Promise<void>

/** How a flow may end when the fault comes in its midst, as {@link Ends} words it. */
export interface Ends {
  /** A backup during its upload; its policy allows one retry. */
  readonly upload: readonly string[]
  /** A backup between its upload and its status; its policy allows no retry. */
  readonly stored: readonly string[]
  /** A restore that has written some of its files. */
  readonly restore: readonly string[]
  /** Maintenance that holds the exclusive lock. */
  readonly maintenance: readonly string[]
}

/** One way in which a real cluster breaks. */
export interface Fault {
  /** A clause, as in “when … ”. */
  readonly name: string
  /** The program or object that it takes away: the representative part has one fault of each. */
  readonly of: string
  readonly ends: Ends
  /** The flows stay in their midst until the fault has taken effect; otherwise they go on at once. */
  readonly flowsWait?: boolean
  inject(world: FaultWorld): Promise<Heal>
}

/** Nobody notices, except by the time it took. */
export const unharmed: Ends = {
  upload: ['Succeeded in attempt 1'],
  stored: ['Succeeded in attempt 1'],
  restore: ['Succeeded'],
  maintenance: ['done'],
}
