import type { ContainerStatus, PodObject, StatusCondition } from '../../../runtime/controller/objects.js'
import type { KubeClient } from '../../../runtime/kube/client.js'
import type { KubeObject } from '../../../runtime/kube/object.js'
import { LEASES, NODES, PODS } from '../../../runtime/kube/resource.js'
import { eventually } from '../../behaviour/eventually.js'

export const systemNamespace = 'holdfast-system'
/** Parts of Holdfast that run all the time, as the label `app.kubernetes.io/component` names them. */
export const systemParts = ['controller', 'pushgateway'] as const
export type SystemPart = (typeof systemParts)[number]

/** The pods of one part of Holdfast that are not on their way out. */
export async function systemPods(client: KubeClient, part: SystemPart): Promise<PodObject[]> {
  const labelSelector = `app.kubernetes.io/component=${part}`
  const { items } = await client.list<PodObject>(PODS, { namespace: systemNamespace, labelSelector })
  return items.filter(pod => pod.metadata.deletionTimestamp === undefined)
}

const isTrue = (conditions: readonly StatusCondition[] = [], type: string) =>
  conditions.some(each => each.type === type && each.status === 'True')

const isCrashLooping = ({ state }: ContainerStatus) => state?.waiting?.reason === 'CrashLoopBackOff'

/**
 * Waits until the node has reported after `since` and is ready, and all parts of Holdfast are. A part that the
 * kubelet makes wait ever longer, because faults ended it often, is started anew.
 */
export async function awaitWhole(client: KubeClient, since: Date): Promise<void> {
  const impatient = client.withDeadline(5_000, 1)
  let lacking = 'the API server'
  await eventually(
    async () => {
      // While the API server is away every call fails, in more than one way.
      lacking = await whatLacks(impatient, since).catch((error: Error) => error.message)
      return lacking === '' ? true : undefined
    },
    240,
    () => lacking,
  )
}

async function whatLacks(client: KubeClient, since: Date): Promise<string> {
  for (const node of (await client.list<NodeObject>(NODES)).items) {
    const lease = await client.get<LeaseObject>(LEASES, node.metadata.name, 'kube-node-lease')
    if (new Date(lease.spec.renewTime) < since) return `node ${node.metadata.name} has not reported`
    if (!isTrue(node.status.conditions, 'Ready')) return `node ${node.metadata.name} is not ready`
    if ((node.spec.taints ?? []).length > 0) return `node ${node.metadata.name} is tainted`
  }
  for (const part of systemParts) {
    const pods = await systemPods(client, part)
    for (const { metadata, status } of pods) {
      if (!(status?.containerStatuses ?? []).some(isCrashLooping)) continue
      await client.delete(PODS, metadata.name, systemNamespace)
      return `pod ${metadata.name} crashed too often`
    }
    const [only, ...others] = pods
    if (only === undefined || others.length > 0) return `${pods.length} pods of the ${part}`
    if (!isTrue(only.status?.conditions, 'Ready')) return `pod ${only.metadata.name} is not ready`
  }
  return ''
}

interface NodeObject extends KubeObject {
  readonly spec: { readonly taints?: readonly unknown[] }
  readonly status: { readonly conditions: readonly StatusCondition[] }
}

interface LeaseObject extends KubeObject {
  readonly spec: { readonly renewTime: string }
}
