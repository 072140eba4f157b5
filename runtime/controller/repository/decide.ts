import type { RepositoryStatus } from '../../../lib/api/repository.js'
import { maintainJobName } from '../../../lib/names.js'
import { isAllowedFolder } from '../../../lib/repository-volume.js'
import type { KubeObject } from '../../kube/object.js'
import { eventNotes } from '../event-notes.js'
import type { EventNote } from '../event-recorder.js'
import {
  type ConfigurationObject,
  createdAt,
  type JobObject,
  type PodObject,
  type RepositoryObject,
  rfc3339,
} from '../objects.js'
import { isFinished, verdictOf } from '../session/pod-verdict.js'
import type { Settings } from '../settings.js'
import { askedFor, wholeCheck } from './damage.js'
import { checkDueSince, configurationsToForget, forgetDueSince, pruneDueSince } from './due.js'
import { type Maintenance, maintainJob, maintainSeconds } from './maintain-job.js'
import { maintenanceFailure, maintenanceWork } from './maintenance-words.js'
import { failedStatus, recordedStatus, summarised, withRetentionHeld } from './status.js'
import { unlocking } from './unlock.js'

export interface RepositoryObserved {
  readonly now: Date
  readonly settings: Settings
  readonly repository: RepositoryObject
  /** All Repositories at its store, itself among them. Default: it alone. */
  readonly shared?: readonly RepositoryObject[]
  readonly configurations: readonly ConfigurationObject[]
  /** A policy of the Repository’s own namespace, whether or not retention is owed to it: a Job is placed like its own. */
  readonly neighbour?: ConfigurationObject | undefined
  /** Sessions that have begun at the store and have not ended. */
  readonly activeSessions: number
  /** Another Repository’s maintain Job runs at the same store. */
  readonly otherMaintaining: boolean
  readonly job?: JobObject | undefined
  readonly pod?: PodObject | undefined
  /** Removes the locks that the pod of `job` left. */
  readonly unlockJob?: JobObject | undefined
}

export interface RepositoryDecision {
  readonly check: string
  readonly status: RepositoryStatus
  readonly create?: KubeObject
  readonly remove?: JobObject
  readonly events?: readonly EventNote[]
  readonly requeueAt?: Date
}

/** How long after a failed maintenance the next one waits. */
const backoff = 10 * 60_000
/** The maintain Job’s own deadline, and some more. */
const longestMaintenance = (maintainSeconds + 900) * 1000

/** What becomes of a Repository: its maintain Job is followed, recorded, or made when something is due. */
export function decideRepository(observed: RepositoryObserved): RepositoryDecision {
  const { repository, job, now } = observed
  const status = summarised(repository, repository.status ?? {}, now)
  if (repository.metadata.deletionTimestamp !== undefined) return { check: 'beingDeleted', status }
  const decision = job === undefined ? begin(observed, status) : followMaintenance(observed, job, status)
  return { ...decision, status: withRetentionHeld(observed, decision.status) }
}

function begin(observed: RepositoryObserved, status: RepositoryStatus): RepositoryDecision {
  const work = dueWork(observed)
  if (work !== undefined) return order(observed, status, work)
  const requeueAt = nextDue(observed)
  return { check: 'nothingDue', status, ...(requeueAt === undefined ? {} : { requeueAt }) }
}

function order(observed: RepositoryObserved, status: RepositoryStatus, work: Maintenance): RepositoryDecision {
  const { repository, now } = observed
  const requeueAt = after(now, 30_000)
  if (observed.activeSessions > 0 || observed.otherMaintaining) return { check: 'storeBusy', status, requeueAt }
  const name = jobName(repository, work)
  const what = [work.check ? 'check' : '', work.forget.length > 0 ? 'retention' : '', work.prune ? 'prune' : '']
    .filter(Boolean)
    .join(', ')
  const create = maintainJob(repository, name, work, observed.settings)
  return { check: 'maintain', status, create, events: [eventNotes.maintaining(name, what)], requeueAt }
}

// The same work on the same occasion is the same Job; retention that goes without its check is another one.
function jobName({ metadata, status }: RepositoryObject, { onlyRetention }: Maintenance): string {
  const times = [status?.lastBackupTime, status?.lastForgetTime, status?.lastCheckTime, status?.lastPruneTime]
  const occasion = [...times, ...(onlyRetention === true ? ['retention'] : [])].join('|')
  return maintainJobName(metadata.name, metadata.uid ?? '', occasion)
}

/** What is due now, if anything; everything that is due goes into one Job. */
function dueWork(observed: RepositoryObserved): Maintenance | undefined {
  const { repository, shared, now, settings } = observed
  if (!isAllowedFolder(repository.spec.backend, settings.repositoryFolders)) return undefined
  if (repository.status?.id === undefined || repository.status.lastBackupTime === undefined) return undefined
  const forget = dueRetention(observed)
  const check = checkDueSince(repository) <= now
  const pruneSince = pruneDueSince(repository, shared)
  const prune = pruneSince !== undefined && pruneSince <= now
  const work = { forget, check, prune, readDataSubset: wholeCheck(repository), policies: policiesFor(observed, forget) }
  return forget.length > 0 || check || prune ? work : undefined
}

function dueRetention({ repository, configurations, shared, now }: RepositoryObserved): ConfigurationObject[] {
  const since = forgetDueSince(repository, configurations, shared)
  return since !== undefined && since <= now ? configurationsToForget(repository, configurations) : []
}

const policiesFor = ({ configurations, neighbour }: RepositoryObserved, forget: readonly ConfigurationObject[]) => [
  ...(forget.length > 0 ? forget : configurations),
  ...(neighbour === undefined ? [] : [neighbour]),
]

function nextDue({ repository, configurations, shared }: RepositoryObserved): Date | undefined {
  if (repository.status?.id === undefined || repository.status.lastBackupTime === undefined) return undefined
  const dates = [
    checkDueSince(repository),
    pruneDueSince(repository, shared),
    forgetDueSince(repository, configurations, shared),
  ]
  return new Date(Math.min(...dates.flatMap(date => (date === undefined ? [] : [date.getTime()]))))
}

function followMaintenance(observed: RepositoryObserved, job: JobObject, status: RepositoryStatus): RepositoryDecision {
  const { now, pod } = observed
  const verdict = verdictOf(job, pod)
  if (verdict.state !== 'ended') {
    if (isStuck(job, pod, now)) {
      const message = `pod ${pod?.metadata.name ?? ''} of the maintain Job does not end; restic’s own locks still guard the store`
      const failed = failedStatus(observed, status, 'NodeLost', message)
      const events = [eventNotes.maintenanceFailed('NodeLost', message)]
      return { check: 'maintenanceLost', status: failed, remove: job, events, requeueAt: after(now, backoff) }
    }
    const startBy = createdAt(job).getTime() + 15 * 60_000
    if (verdict.state === 'running' || now.getTime() < startBy)
      return { check: 'maintaining', status, requeueAt: new Date(now.getTime() + 60_000) }
    const { reason, message: why } = verdict.waiting
    const message = `maintenance did not start: ${why}`
    return {
      check: 'notStarting',
      status: failedStatus(observed, status, reason, message),
      remove: job,
      events: [eventNotes.maintenanceFailed(reason, `it did not start: ${why}`)],
      requeueAt: after(now, backoff),
    }
  }
  if (!isFinished(job)) return { check: 'maintaining', status, requeueAt: new Date(now.getTime() + 5_000) }
  const report = verdict.reports.find(each => each.step === 'maintain' && each.outcome !== 'Interrupted')
  const bad = report === undefined || report.outcome === 'Failed'
  const recorded =
    report === undefined
      ? failedStatus(observed, status, verdict.failure?.reason ?? 'StepFailed', verdict.failure?.message ?? '')
      : recordedStatus(observed, status, report, createdAt(job))
  const endedAt = new Date(
    job.status?.conditions?.find(each => each.type === 'Failed' || each.type === 'Complete')?.lastTransitionTime ??
      rfc3339(now),
  )
  const again = new Date(endedAt.getTime() + backoff)
  const failure = bad ? [maintenanceFailure(report, verdict.failure)] : []
  const unlock = bad ? unlocking(observed, job, endedAt) : undefined
  if (unlock !== undefined)
    return { check: 'unlocking', status: recorded, ...unlock, events: [...failure, ...(unlock.events ?? [])] }
  // A failed Job stays until its next try is due: it is the memory of when it failed.
  // Whoever asked for a check since then need not wait for that.
  const asked = askedFor({ ...observed.repository, status: recorded })
  if (bad && now < again && (asked === undefined || asked <= createdAt(job)))
    return { check: 'maintenanceFailed', status: recorded, events: failure, requeueAt: again }
  const rest = report === undefined ? retentionAlone(observed, job) : undefined
  if (rest !== undefined) {
    const ordered = order(observed, recorded, rest)
    return ordered.create === undefined ? ordered : { ...ordered, remove: job }
  }
  return {
    check: 'maintained',
    status: recorded,
    remove: job,
    events: bad ? [] : [eventNotes.maintained(maintenanceWork(report))],
  }
}

/**
 * Retention that comes before the next check: a check that takes all the memory, or all the time, of every Job that it
 * begins must not keep old snapshots for ever. Prune waits for the check.
 */
function retentionAlone(observed: RepositoryObserved, job: JobObject): Maintenance | undefined {
  const { repository, now } = observed
  const forget = checkDueSince(repository) <= now ? dueRetention(observed) : []
  const work = { forget, check: false, prune: false, onlyRetention: true, policies: policiesFor(observed, forget) }
  return forget.length === 0 || job.metadata.name === jobName(repository, work) ? undefined : work
}

const after = (now: Date, milliseconds: number) => new Date(now.getTime() + milliseconds)

/** A lost node’s pod stays as it was last seen; nobody else would ever end it, and every session waits for it. */
function isStuck(job: JobObject, pod: PodObject | undefined, now: Date): boolean {
  const deleted = new Date(pod?.metadata.deletionTimestamp ?? Number.NaN).getTime()
  return now.getTime() > deleted + 5 * 60_000 || now.getTime() > createdAt(job).getTime() + longestMaintenance
}
