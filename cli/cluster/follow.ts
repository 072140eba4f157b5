import { setTimeout as sleep } from 'node:timers/promises'
import type { JobObject, PodObject, SessionObject } from '../../runtime/controller/objects.js'
import { ApiError } from '../../runtime/kube/api-error.js'
import type { KubeClient } from '../../runtime/kube/client.js'
import { JOBS, PODS, type Resource } from '../../runtime/kube/resource.js'
import type { Board } from '../display/board.js'
import { UserError } from '../user-error.js'
import { isFinal, type SessionView, timeline } from './timeline.js'

export interface FollowOptions {
  /** Milliseconds between looks. @default 1000 */
  readonly every?: number
  /** Milliseconds after which it gives up. @default never */
  readonly limit?: number
  readonly signal?: AbortSignal
}

/** Shows a session’s timeline until it is over; gives what was last known. Throws UserError when it is deleted or lasts too long. */
export async function followSession(
  client: KubeClient,
  resource: Resource,
  name: string,
  namespace: string,
  board: Board,
  options: FollowOptions = {},
): Promise<SessionView> {
  const { every = 1000, limit = Number.POSITIVE_INFINITY, signal } = options
  const began = performance.now()
  let view: SessionView | undefined
  try {
    for (;;) {
      view = await look(client, resource, name, namespace, view)
      board.show(timeline(view))
      if (isFinal(view.session)) return view
      if (performance.now() - began > limit)
        throw new UserError(
          `${resource.kind} ${namespace}/${name} is still ${view.session.status?.phase ?? 'new'} after ${limit / 1000} s`,
        )
      await sleep(every, undefined, signal === undefined ? {} : { signal })
    }
  } finally {
    board.end()
  }
}

async function look(
  client: KubeClient,
  resource: Resource,
  name: string,
  namespace: string,
  before: SessionView | undefined,
): Promise<SessionView> {
  const session = await client.tryGet<SessionObject>(resource, name, namespace)
  if (session === undefined)
    throw new UserError(`${resource.kind} ${namespace}/${name} does not exist any more: somebody deleted it`)
  const { jobName } = session.status ?? {}
  if (jobName === undefined) return { session }
  const known = before?.job?.metadata.name === jobName ? before : undefined
  const job = (await client.tryGet<JobObject>(JOBS, jobName, namespace)) ?? known?.job
  const pod = (await podOf(client, jobName, namespace)) ?? known?.pod
  return { session, job, pod }
}

/** The newest pod of a Job; undefined also for who may not read pods. */
export async function podOf(client: KubeClient, job: string, namespace: string): Promise<PodObject | undefined> {
  try {
    const { items } = await client.list<PodObject>(PODS, {
      namespace,
      labelSelector: `batch.kubernetes.io/job-name=${job}`,
    })
    return items
      .sort((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''))
      .at(-1)
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined
    throw error
  }
}
