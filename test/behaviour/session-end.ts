import { expect } from '@jest/globals'
import { labels } from '../../lib/api/group.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  type ContainerState,
  isBackup,
  type JobObject,
  type PodObject,
  type SessionObject,
} from '../../runtime/controller/objects.js'
import { JOBS, PODS } from '../../runtime/kube/resource.js'
import { eventually } from './eventually.js'
import type { World } from './world.js'

/** How a session ended, or why it waits, as `kubectl get` would tell. */
export function endOf({ status }: SessionObject): { phase: string; reason: string; message: string } {
  const ready = status?.conditions?.find(each => each.type === 'Ready')
  return { phase: status?.phase ?? '', reason: ready?.reason ?? '', message: ready?.message ?? '' }
}

/** One condition of a session. */
export function conditionOf({ status }: Pick<SessionObject, 'status'>, type: string) {
  return status?.conditions?.find(each => each.type === type)
}

/** What a session stored, as its status records it. */
export function snapshotsOf({ status }: BackupSessionObject) {
  return (status?.targets ?? []).flatMap(target => target.stats ?? []).flatMap(stats => stats.snapshots ?? [])
}

const selector = (session: SessionObject) =>
  `${isBackup(session) ? labels.session : labels.restore}=${session.metadata.name}`

/** The Jobs of a session, oldest first. */
export async function jobsOf(world: World, session: SessionObject): Promise<JobObject[]> {
  const { namespace } = session.metadata
  const { items } = await world.client.list<JobObject>(JOBS, { namespace, labelSelector: selector(session) })
  const time = (job: JobObject) => job.metadata.creationTimestamp ?? ''
  return items.sort((a, b) => (time(a) < time(b) ? -1 : 1))
}

const isOver = (job: JobObject) =>
  job.status?.conditions?.some(each => ['Complete', 'Failed'].includes(each.type) && each.status === 'True') === true

/** After its end nothing of a session may run: neither a Job nor a pod. */
export async function expectNothingRuns(world: World, session: SessionObject): Promise<void> {
  const { namespace } = session.metadata
  await eventually(
    async () => {
      const jobs = (await jobsOf(world, session)).filter(job => !isOver(job))
      const { items } = await world.client.list<PodObject>(PODS, { namespace, labelSelector: selector(session) })
      const pods = items.filter(pod => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''))
      return jobs.length + pods.length === 0 ? true : undefined
    },
    40,
    () => `something of ${session.kind} ${session.metadata.name} is still alive`,
  )
}

const hasBegun = (state: ContainerState = {}) => state.running !== undefined || state.terminated !== undefined

/** The session’s pod, once a container of it has begun whose name contains `container`. */
export async function podRunning(
  world: World,
  session: { readonly namespace: string; readonly name: string },
  container: string,
): Promise<{ pod: string; container: string }> {
  const { namespace, name } = session
  const ask = async () => {
    const labelSelector = `${labels.session}=${name}`
    const { items } = await world.client.list<PodObject>(PODS, { namespace, labelSelector })
    for (const { metadata, status } of items) {
      const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
      const found = all.find(each => each.name.includes(container) && hasBegun(each.state))
      if (found !== undefined) return { pod: metadata.name, container: found.name }
    }
    return undefined
  }
  return eventually(ask, 60, async () => {
    const session = await world.client.tryGet(BACKUP_SESSIONS, name, namespace)
    return `no container '${container}' of session ${name} began: ${JSON.stringify(session?.['status'])}`
  })
}

/** Asserts how a session ended; each text must be in its message. */
export function expectEnd(session: SessionObject, phase: string, reason: string, ...texts: readonly string[]): void {
  const end = endOf(session)
  // The message is compared with itself, so that a failure shows it.
  expect(end).toMatchObject({ phase, reason, message: end.message })
  for (const text of texts) expect(end.message).toContain(text)
}
