import type { PodObject } from './objects.js'

/**
 * The last that was seen of deleted pods. After an eviction the pod object is gone within seconds, and the event
 * before its deletion is the only place where its termination messages can still be read.
 */
export class DepartedPods {
  readonly #pods = new Map<string, PodObject>()
  readonly #limit: number

  constructor(limit = 500) {
    this.#limit = limit
  }

  remember(pod: PodObject): void {
    const key = keyOfJob(pod.metadata.namespace ?? '', pod.metadata.labels?.['batch.kubernetes.io/job-name'] ?? '')
    this.#pods.delete(key)
    this.#pods.set(key, {
      ...pod,
      metadata: { ...pod.metadata, deletionTimestamp: pod.metadata.deletionTimestamp ?? 'deleted' },
    })
    const [oldest] = this.#pods.keys()
    if (this.#pods.size > this.#limit && oldest !== undefined) this.#pods.delete(oldest)
  }

  of(namespace: string, job: string): PodObject | undefined {
    return this.#pods.get(keyOfJob(namespace, job))
  }
}

const keyOfJob = (namespace: string, job: string) => `${namespace}/${job}`
