import type { KubeClient } from '../kube/client.js'
import { PODS } from '../kube/resource.js'
import type { Caches } from './caches.js'
import type { DepartedPods } from './departed-pods.js'
import { createdAt, type JobObject, type PodObject } from './objects.js'
import { isFinished } from './session/pod-verdict.js'

interface Sources {
  readonly client: KubeClient
  readonly caches: Caches
  readonly departed: DepartedPods
}

/**
 * The pod of a Job as it was last seen. Jobs and pods are watched apart, so the news that a Job is finished can
 * overtake the last news of its pod, the one with the reports: then the API server itself is asked.
 */
export async function podOfJob(
  job: JobObject | undefined,
  namespace: string,
  name: string,
  sources: Sources,
): Promise<PodObject | undefined> {
  const cached = newest(sources.caches.pods.byIndex('job', `${namespace}/${name}`))
  if (job === undefined || !isFinished(job) || isOver(cached)) return cached ?? sources.departed.of(namespace, name)
  const labelSelector = `batch.kubernetes.io/job-name=${name}`
  const { items } = await sources.client.list<PodObject>(PODS, { namespace, labelSelector })
  return newest(items) ?? sources.departed.of(namespace, name) ?? cached
}

const isOver = (pod: PodObject | undefined) => pod?.status?.phase === 'Succeeded' || pod?.status?.phase === 'Failed'

function newest(pods: readonly PodObject[]): PodObject | undefined {
  return [...pods].sort((a, b) => createdAt(b).getTime() - createdAt(a).getTime())[0]
}
