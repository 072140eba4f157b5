import { labels, managedBy } from '../../../lib/api/group.js'
import type { ContainerStatus, PodObject } from '../../../runtime/controller/objects.js'
import type { KubeClient } from '../../../runtime/kube/client.js'
import { PODS } from '../../../runtime/kube/resource.js'

/** A pod of one of Holdfast’s Jobs, and the container of it that runs. */
export interface Mover {
  readonly namespace: string
  readonly pod: string
  readonly uid: string
  readonly job: string
  /** `backup`, `restore`, `finish` or `maintain`. */
  readonly role: string
  /** The session that it works for; empty for maintenance. */
  readonly session: string
  /** As the runtime names it. */
  readonly container: string
}

const runtimeName = (status: ContainerStatus & { readonly containerID?: string }) =>
  status.containerID?.replace(/^[a-z]+:\/\//, '')

/** The movers that run in these namespaces. */
export async function runningMovers(client: KubeClient, namespaces: readonly string[]): Promise<Mover[]> {
  const labelSelector = `${labels.managedBy}=${managedBy},${labels.job}`
  const lists = namespaces.map(namespace => client.list<PodObject>(PODS, { namespace, labelSelector }))
  return (await Promise.all(lists)).flatMap(({ items }) => items.flatMap(moverOf))
}

function moverOf({ metadata, status }: PodObject): Mover[] {
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
  const running = all.find(each => each.state?.running !== undefined)
  const container = running === undefined ? undefined : runtimeName(running)
  if (container === undefined) return []
  const { name, namespace = '', uid = '', labels: own = {} } = metadata
  const job = own['batch.kubernetes.io/job-name'] ?? ''
  const session = own[labels.session] ?? own[labels.restore] ?? ''
  return [{ namespace, pod: name, uid, job, session, role: own[labels.job] ?? '', container }]
}
