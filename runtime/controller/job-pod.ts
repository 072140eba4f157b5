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
 * overtake the last news of its pod, the one with the reports: then the API server itself is asked. `uid` is the
 * Job’s, where it is known although the Job is gone.
 */
export async function podOfJob(
  job: JobObject | undefined,
  namespace: string,
  name: string,
  sources: Sources,
  uid = job?.metadata.uid,
): Promise<PodObject | undefined> {
  const departed = () =>
    newestOwned(
      [sources.departed.of(namespace, name)].filter(pod => pod !== undefined),
      name,
      uid,
    )
  const cached = newestOwned(sources.caches.pods.byIndex('job', `${namespace}/${name}`), name, uid)
  if (job === undefined || !isFinished(job) || isOver(cached)) return cached ?? departed()
  return (await livePodOfJob(namespace, name, sources.client, uid)) ?? departed() ?? cached
}

/** The pod of a Job as the API server has it at this moment; undefined when there is none. */
export async function livePodOfJob(
  namespace: string,
  name: string,
  client: KubeClient,
  uid: string | undefined,
): Promise<PodObject | undefined> {
  const labelSelector = `batch.kubernetes.io/job-name=${name}`
  const { items } = await client.list<PodObject>(PODS, { namespace, labelSelector })
  return newestOwned(items, name, uid)
}

const newestOwned = (pods: readonly PodObject[], name: string, uid: string | undefined) =>
  newest(pods.filter(pod => isOwned(pod, name, uid)))

// Labels are anybody’s to write: a pod that only carries them could report in the place of the mover.
function isOwned({ metadata }: PodObject, name: string, uid: string | undefined): boolean {
  return (metadata.ownerReferences ?? []).some(owner => {
    return owner.kind === 'Job' && owner.name === name && (uid === undefined || owner.uid === uid)
  })
}

/** Whether every container of a pod has ended for good. */
export const isOver = (pod: PodObject | undefined): boolean =>
  pod?.status?.phase === 'Succeeded' || pod?.status?.phase === 'Failed'

function newest(pods: readonly PodObject[]): PodObject | undefined {
  return [...pods].sort((a, b) => createdAt(b).getTime() - createdAt(a).getTime())[0]
}
