import type { KubeClient } from '../../runtime/kube/client.js'
import type { AuditEntry, KubeObject } from '../../sandbox/index.js'
import type { Serve } from './api/api-gate.js'
import type { StoredSnapshot } from './oracles/end-state.js'
import type { SceneChange } from './oracles/scene.js'
import type { Files } from './place.js'

export { simulatedImage as image } from '../simulation/system-objects.js'

/** What the repository of the flows is encrypted with. */
export const password = 'correct horse battery staple'

export interface RunningController {
  readonly clock: { skewMs: number }
  /** Ends it at once, in the middle of whatever it does; nothing it began reaches anybody any more. */
  readonly state: 'running' | 'crashed' | 'stopped'
  crash(): void
  stop(): Promise<void>
}

export interface ControllerStart {
  /** Stands before the API for this controller. */
  readonly through: (next: Serve) => Serve
  readonly actor: string
  readonly leaderElection: boolean
}

/** What befalls a restic call: it is made, or its container is killed before it or right after it. */
export type ResticVerdict = 'go' | 'kill-before' | 'kill-after'

/** What a course stands on: the simulated world, as far as courses need it. */
export interface Ground {
  readonly client: KubeClient
  readonly clock: {
    /** Virtual milliseconds since the epoch. */
    now(): number
    after(ms: number, callback: () => void): () => void
    /** Lets virtual time pass. */
    advance(ms: number): Promise<void>
  }
  readonly audit: readonly AuditEntry[]
  readonly hookRequests: readonly string[]
  startController(start: ControllerStart): RunningController
  fire(namespace: string, cronJob: string): void
  missSlot(namespace: string, cronJob: string): Promise<void>
  evictAt(step: string): void
  claimFolder(namespace: string, claim: string): string
  files(namespace: string, claim: string): Files
  subscribe(listener: (change: SceneChange) => void): () => void
  list(resource: string): readonly KubeObject[]
  metrics(): Promise<string>
  /** Ids in the repository, without asking restic. */
  stored(): ReadonlySet<string>
  snapshots(): Promise<readonly StoredSnapshot[]>
  /** What `restic check` complains about; empty for nothing. */
  damage(): Promise<string>
  stop(): Promise<void>
}
