import type { KubeObject } from '../../kube/object.js'
import { deadHostOf } from '../dead-host.js'
import { eventNotes } from '../event-notes.js'
import type { EventNote } from '../event-recorder.js'
import {
  type ConfigurationObject,
  createdAt,
  type JobObject,
  type PodObject,
  type RepositoryObject,
} from '../objects.js'
import { isFinished } from '../session/pod-verdict.js'
import type { Settings } from '../settings.js'
import { unlockJob, unlockSeconds } from './maintain-job.js'

interface Seen {
  readonly now: Date
  readonly settings: Settings
  readonly repository: RepositoryObject
  readonly configurations: readonly ConfigurationObject[]
  /** Of the Job that failed. */
  readonly pod?: PodObject | undefined
  readonly unlockJob?: JobObject | undefined
}

interface Unlocking {
  readonly create?: KubeObject
  readonly events?: readonly EventNote[]
  readonly requeueAt: Date
}

const pause = 15_000
/** How long a Job that removes locks is waited for; it may not even start. */
const longestUnlock = (unlockSeconds + 60) * 1000

/**
 * What removes the locks of a maintain Job whose pod was killed, once, and at once although other sessions run: they
 * are the ones that wait for it. Undefined when there is nothing to remove, or no more to be done about it.
 */
export function unlocking(observed: Seen, failed: JobObject, endedAt: Date): Unlocking | undefined {
  const { repository, configurations, settings, pod, unlockJob: job, now } = observed
  const host = deadHostOf(failed.metadata.name, pod)
  const requeueAt = new Date(now.getTime() + pause)
  if (job !== undefined) {
    const waited = now.getTime() - createdAt(job).getTime()
    return isFinished(job) || waited >= longestUnlock ? undefined : { requeueAt }
  }
  // After that restic itself calls the locks stale.
  if (host === undefined || now.getTime() >= endedAt.getTime() + 30 * 60_000) return undefined
  const create = unlockJob(repository, failed, host, configurations, settings)
  return { create, events: [eventNotes.unlocking(create.metadata.name, host)], requeueAt }
}
