import { rmSync } from 'node:fs'
import { isFinished, type Pod } from '../api/kinds.js'
import { withCondition } from '../api/object.js'
import type { Registry } from '../api/registry.js'
import type { Change } from '../api/store.js'
import { type NodeContext, podLogFolder } from './container-run.js'
import { PodWorker } from './pod-worker.js'

/** Runs the pods that are assigned to its node. */
export class Kubelet {
  readonly context: NodeContext
  private readonly registry: Registry
  private readonly nodeName: string
  private readonly log: (line: string) => void
  private readonly workers = new Map<string, { worker: PodWorker; ended: Promise<void> }>()
  private readonly unsubscribe: () => void
  private lost = false

  constructor(registry: Registry, context: NodeContext, nodeName: string, log: (line: string) => void) {
    this.registry = registry
    this.context = context
    this.nodeName = nodeName
    this.log = log
    this.unsubscribe = registry.store.subscribe(change => this.seen(change))
    process.once('exit', this.killAll)
  }

  /** Ends when every process of every pod is gone. */
  async stop(): Promise<void> {
    this.unsubscribe()
    await this.abandonAll()
    process.off('exit', this.killAll)
  }

  /** The node falls silent: its processes die, and nobody hears of it. */
  async lose(): Promise<void> {
    this.lost = true
    await this.abandonAll()
  }

  recover(): void {
    this.lost = false
    for (const pod of this.registry.store.list<Pod>('pods')) this.consider(pod)
  }

  /** Throws when the pod or the container does not run. */
  oomKill(pod: Pod, container: string): void {
    const entry = this.workers.get(pod.metadata.uid)
    if (entry === undefined) throw new Error(`Pod ${pod.metadata.namespace}/${pod.metadata.name} is not running.`)
    entry.worker.oomKill(container)
  }

  /** Marks the pod as disrupted and deletes it, as the eviction API does. */
  evict(pod: Pod, gracePeriodSeconds?: number): void {
    this.registry.edit<Pod>('pods', pod, draft => {
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'EvictionByEvictionAPI',
        message: 'Eviction API: evicting',
      } as const
      const conditions = withCondition(draft.status.conditions, condition, this.registry.timestamp())
      draft.status = { ...draft.status, conditions }
    })
    this.registry.discard('pods', pod, gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds })
  }

  private seen(change: Change): void {
    if (change.resource !== 'pods' || this.lost) return
    const pod = change.object as Pod
    if (change.type !== 'DELETED') {
      this.consider(pod)
      return
    }
    const entry = this.workers.get(pod.metadata.uid)
    if (entry === undefined) this.removeLogs(pod)
    else entry.worker.abandon()
  }

  private removeLogs(pod: Pod): void {
    rmSync(podLogFolder(this.context, pod), { recursive: true, force: true, maxRetries: 3 })
  }

  private consider(pod: Pod): void {
    if (pod.spec.nodeName !== this.nodeName || this.lost) return
    const entry = this.workers.get(pod.metadata.uid)
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
    if (entry === undefined && isFinished(pod)) {
      if (deletionTimestamp !== undefined) this.remove(pod)
    } else if (entry === undefined) this.begin(pod)
    else if (deletionTimestamp !== undefined) entry.worker.terminate({}, deletionGracePeriodSeconds ?? 30)
  }

  private begin(pod: Pod): void {
    const worker = new PodWorker(this.registry, this.context, pod)
    const ended = new Promise<void>(resolve => setImmediate(() => resolve(this.follow(worker))))
    this.workers.set(pod.metadata.uid, { worker, ended })
    const { deletionTimestamp, deletionGracePeriodSeconds = 30 } = pod.metadata
    if (deletionTimestamp !== undefined) worker.terminate({}, deletionGracePeriodSeconds)
  }

  private async follow(worker: PodWorker): Promise<void> {
    const { uid } = worker.pod.metadata
    try {
      await worker.run()
    } catch (error) {
      this.log(`pod ${worker.pod.metadata.name}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`)
    }
    this.workers.delete(uid)
    const pod = this.registry.store.find(uid) as Pod | undefined
    if (pod === undefined) this.removeLogs(worker.pod)
    else if (pod.metadata.deletionTimestamp !== undefined && !this.lost) this.remove(pod)
  }

  /** The last word of the kubelet on a pod that is to be deleted: nothing of it is left. */
  private remove(pod: Pod): void {
    this.registry.discard('pods', pod, { gracePeriodSeconds: 0 })
  }

  /** A process that ends without `stop` leaves nothing running either. */
  private readonly killAll = (): void => {
    for (const { worker } of this.workers.values()) worker.abandon()
  }

  private async abandonAll(): Promise<void> {
    const entries = [...this.workers.values()]
    this.killAll()
    await Promise.all(entries.map(({ ended }) => ended))
  }
}
