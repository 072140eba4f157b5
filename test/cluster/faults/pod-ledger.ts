import { labels, managedBy } from '../../../lib/api/group.js'
import type { KubeClient } from '../../../runtime/kube/client.js'
import { PODS } from '../../../runtime/kube/resource.js'

const pause = 150

/** Every pod of Holdfast’s Jobs that is ever seen in some namespaces, by Job; the API server may be away meanwhile. */
export class PodLedger {
  readonly #client: KubeClient
  readonly #namespaces: readonly string[]
  readonly #pods = new Map<string, Set<string>>()
  readonly #running: Promise<void>
  #stopped = false

  constructor(client: KubeClient, namespaces: readonly string[]) {
    this.#client = client.withDeadline(3_000, 1)
    this.#namespaces = namespaces
    this.#running = this.#run()
  }

  /** Uids of the pods of each Job, by its uid. */
  get pods(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#pods
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      // What is missed while the API server is away is still there afterwards: a finished pod stays until its Job goes.
      for (const namespace of this.#namespaces) await this.#look(namespace).catch(() => undefined)
      await new Promise(resolve => setTimeout(resolve, pause))
    }
  }

  async #look(namespace: string): Promise<void> {
    const labelSelector = `${labels.managedBy}=${managedBy},${labels.job}`
    const { items } = await this.#client.list(PODS, { namespace, labelSelector })
    for (const { metadata } of items) {
      // By uid: a Job that was deleted may be made again under its name.
      const job = metadata.ownerReferences?.find(owner => owner.kind === 'Job')?.uid ?? ''
      const seen = this.#pods.get(job) ?? new Set()
      this.#pods.set(job, seen.add(metadata.uid ?? ''))
    }
  }
}
