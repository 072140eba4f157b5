import type { Backend } from '../../lib/api/backend.js'
import type { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'

/** Files of a claim, by paths relative to its root. */
export interface VolumeFiles {
  /** Writes a file and the folders above it, owned by the movers’ user unless said otherwise. */
  write(path: string, content: string, owner?: { readonly mode?: number; readonly uid?: number }): Promise<void>
  read(path: string): Promise<string>
  /** Relative paths of all files, sorted; folders are not named. */
  list(): Promise<string[]>
  remove(path: string): Promise<void>
  /** Who owns a file, and its permission bits. */
  owner(path: string): Promise<{ readonly uid: number; readonly mode: number }>
}

/** A store for one namespace: the backend of a Repository, the Secret’s keys, and a way to ask restic itself. */
export interface TestStore {
  readonly backend: Backend
  readonly secret: Readonly<Record<string, string>>
  /** Runs the real restic on the repository, from outside; answers its standard output. */
  restic(...args: readonly string[]): Promise<string>
}
export type StoreKind = 'local' | 's3' | 'rest'

/** Where the behaviour suite runs: the same tests on the sandbox and on a real cluster. */
export interface World {
  readonly kind: 'sandbox' | 'cluster'
  readonly client: KubeClient
  /** Holdfast’s image, as pods name it. */
  readonly image: string
  /** Text of the Pushgateway’s /metrics. */
  metrics(): Promise<string>
  /** Text of the controller’s /metrics. */
  controllerMetrics(): Promise<string>
  /** A fresh namespace under Pod Security `restricted`, or `baseline`. */
  namespace(level?: 'restricted' | 'baseline'): Promise<string>
  /** Creates objects, or replaces those that exist. */
  apply(...objects: readonly KubeObject[]): Promise<void>
  /** A bound claim with a volume of its own. */
  claim(namespace: string, name: string, options?: { readonly accessModes?: readonly string[] }): Promise<void>
  files(namespace: string, claim: string): Promise<VolumeFiles>
  /** A store with an empty place of its own; the Secret `<name>` is made too. */
  store(kind: StoreKind, namespace: string, secretName: string): Promise<TestStore>
  /** Waits for the next slot of a CronJob that fires every minute; the sandbox does not make us wait for the clock. */
  nextSlot(namespace: string, cronJob: string): Promise<void>
  /** The kernel ends a container at its memory limit. Its command must use memory until then. */
  outOfMemory(namespace: string, pod: string, container: string): Promise<void>
  evict(namespace: string, pod: string): Promise<void>
  /** The node is lost, with all pods on it, and comes back. */
  loseNode(): Promise<void>
  /** Stops and starts the controller: what happens in between it has to find out afterwards. */
  stopController(): Promise<void>
  startController(): Promise<void>
  stop(): Promise<void>
}
