import type { Condition } from '../../../lib/api/condition.js'
import type { RepositoryStatus } from '../../../lib/api/repository.js'
import { type Observation, withCondition } from '../../../lib/conditions.js'
import { maintainJobName } from '../../../lib/names.js'
import { formatBytes } from '../../../lib/quantity.js'
import { type Reason, reasons } from '../../../lib/reason.js'
import type { StepReport } from '../../../lib/report.js'
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
import { configurationsToForget, forgetDueSince, intervalDue } from './due.js'
import { type Maintenance, maintainJob, maintainSeconds } from './maintain-job.js'
import { maintenanceFailure, maintenanceWork } from './maintenance-words.js'
import { unlocking } from './unlock.js'

export interface RepositoryObserved {
  readonly now: Date
  readonly settings: Settings
  readonly repository: RepositoryObject
  readonly configurations: readonly ConfigurationObject[]
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
  if (job !== undefined) return followMaintenance(observed, job, status)
  const work = dueWork(observed)
  const requeueAt = nextDue(observed)
  if (work === undefined) return { check: 'nothingDue', status, ...(requeueAt === undefined ? {} : { requeueAt }) }
  if (observed.activeSessions > 0 || observed.otherMaintaining) {
    return { check: 'storeBusy', status, requeueAt: new Date(now.getTime() + 30_000) }
  }
  const occasion = [status.lastBackupTime, status.lastForgetTime, status.lastCheckTime, status.lastPruneTime].join('|')
  const name = maintainJobName(repository.metadata.name, repository.metadata.uid ?? '', occasion)
  const what = [work.forget.length > 0 ? 'retention' : '', work.check ? 'check' : '', work.prune ? 'prune' : '']
    .filter(Boolean)
    .join(', ')
  return {
    check: 'maintain',
    status,
    create: maintainJob(repository, name, work, observed.settings),
    events: [eventNotes.maintaining(name, what)],
    requeueAt: new Date(now.getTime() + 30_000),
  }
}

/** What is due now, if anything; everything that is due goes into one Job. */
function dueWork({ repository, configurations, now, settings }: RepositoryObserved): Maintenance | undefined {
  if (!isAllowedFolder(repository.spec.backend, settings.repositoryFolders)) return undefined
  if (repository.status?.id === undefined || repository.status.lastBackupTime === undefined) return undefined
  const { maintenance } = repository.spec
  const since = forgetDueSince(repository, configurations)
  const forget = since !== undefined && since <= now ? configurationsToForget(repository, configurations) : []
  const check = intervalDue(repository.status.lastCheckTime, maintenance?.check?.interval) <= now
  const prune = intervalDue(repository.status.lastPruneTime, maintenance?.prune?.interval) <= now
  const policies = forget.length > 0 ? forget : configurations
  return forget.length > 0 || check || prune ? { forget, check, prune, policies } : undefined
}

function nextDue({ repository, configurations }: RepositoryObserved): Date | undefined {
  if (repository.status?.id === undefined || repository.status.lastBackupTime === undefined) return undefined
  const { maintenance } = repository.spec
  const dates = [
    intervalDue(repository.status.lastCheckTime, maintenance?.check?.interval),
    intervalDue(repository.status.lastPruneTime, maintenance?.prune?.interval),
    forgetDueSince(repository, configurations),
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
  if (bad && now < again) return { check: 'maintenanceFailed', status: recorded, events: failure, requeueAt: again }
  return {
    check: 'maintained',
    status: recorded,
    remove: job,
    events: bad ? [] : [eventNotes.maintained(maintenanceWork(report))],
  }
}

const after = (now: Date, milliseconds: number) => new Date(now.getTime() + milliseconds)

/** A lost node’s pod stays as it was last seen; nobody else would ever end it, and every session waits for it. */
function isStuck(job: JobObject, pod: PodObject | undefined, now: Date): boolean {
  const deleted = new Date(pod?.metadata.deletionTimestamp ?? Number.NaN).getTime()
  return now.getTime() > deleted + 5 * 60_000 || now.getTime() > createdAt(job).getTime() + longestMaintenance
}

function recordedStatus(
  { repository, now, configurations }: RepositoryObserved,
  status: RepositoryStatus,
  report: StepReport,
  startedAt: Date,
): RepositoryStatus {
  const { maintenance } = report
  const at = rfc3339(startedAt)
  const forgotten = maintenance?.forgotten
  const removed = (forgotten ?? []).reduce((sum, each) => sum + each.removed, 0)
  const policies = [...new Set(configurations.flatMap(each => each.spec.retentionPolicy.name ?? []))].join(', ')
  const observations: Observation[] = []
  const observe = (type: string, good: boolean, reason: Reason, message: string) =>
    observations.push({
      type,
      status: good ? 'True' : 'False',
      reason,
      message: message === '' ? reasons[reason] : message,
    })
  if (maintenance?.check !== undefined) {
    observe(
      'IntegrityVerified',
      maintenance.check.ok,
      maintenance.check.ok ? 'CheckSucceeded' : 'CheckFailed',
      maintenance.check.message ?? '',
    )
  }
  if (forgotten !== undefined) {
    observe(
      'RetentionPolicyApplied',
      true,
      'RetentionApplied',
      `${removed} snapshots removed${policies === '' ? '' : ` (${policies})`}`,
    )
  } else if (report.outcome === 'Failed') {
    observe('RetentionPolicyApplied', false, report.reason ?? 'RetentionFailed', report.message ?? '')
  }
  observations.push(...reachability(report))
  const next: RepositoryStatus = {
    ...status,
    ...(maintenance?.totalBytes === undefined
      ? {}
      : { totalBytes: maintenance.totalBytes, totalSize: quantityOf(maintenance.totalBytes) }),
    ...(maintenance?.snapshotCount === undefined ? {} : { snapshotCount: maintenance.snapshotCount }),
    ...(forgotten === undefined ? {} : { snapshotsRemovedOnLastCleanup: removed, lastForgetTime: at }),
    ...(maintenance?.check === undefined ? {} : { integrity: maintenance.check.ok, lastCheckTime: at }),
    ...(maintenance?.prune?.ok === true ? { lastPruneTime: at } : {}),
  }
  return withObservations(repository, next, observations, now)
}

function failedStatus(
  { repository, now }: RepositoryObserved,
  status: RepositoryStatus,
  reason: Reason,
  message: string,
): RepositoryStatus {
  const observation: Observation = {
    type: 'RetentionPolicyApplied',
    status: 'False',
    reason,
    message: message === '' ? reasons[reason] : message,
  }
  return withObservations(repository, status, [observation], now)
}

const storeFaults: readonly Reason[] = [
  'BackendUnreachable',
  'BackendDenied',
  'WrongPassword',
  'SecretMissing',
  'SecretKeyMissing',
  'RepositoryVanished',
  'RepositoryReplaced',
]

/** What a report says of the store itself: whether it answers, and with the repository that was there. */
export function reachability(report: StepReport): Observation[] {
  const fault = report.reason !== undefined && storeFaults.includes(report.reason) ? report.reason : undefined
  const message = report.message ?? (fault === undefined ? 'the store answered' : reasons[fault])
  if (fault === undefined) {
    if (report.outcome === 'Failed') return []
    return [
      { type: 'Reachable', status: 'True', reason: 'Available', message: 'the store answered' },
      { type: 'Initialized', status: 'True', reason: 'Available', message: 'the repository is there' },
    ]
  }
  const type = fault === 'RepositoryVanished' || fault === 'RepositoryReplaced' ? 'Initialized' : 'Reachable'
  return [{ type, status: 'False', reason: fault, message }]
}

/** The status with observations, and with the summary that kstatus reads. */
export function withObservations(
  repository: RepositoryObject,
  status: RepositoryStatus,
  observations: readonly Observation[],
  now: Date,
): RepositoryStatus {
  let conditions: Condition[] = status.conditions ?? []
  for (const observation of observations)
    conditions = withCondition(conditions, observation, now, repository.metadata.generation)
  return summarised(repository, { ...status, conditions }, now)
}

function summarised(repository: RepositoryObject, status: RepositoryStatus, now: Date): RepositoryStatus {
  const bad = status.conditions?.find(
    each => ['Reachable', 'Initialized', 'IntegrityVerified'].includes(each.type) && each.status === 'False',
  )
  const known = status.id !== undefined
  const reason = bad?.reason ?? (known ? 'Available' : 'NotReported')
  const message =
    bad?.message ?? (known ? `repository ${status.id?.slice(0, 8)}` : 'no backup has reached the store yet')
  // A Repository that nobody has used yet is complete as far as git is concerned: its first backup makes it.
  const observe = (type: string, yes: boolean): Observation => ({
    type,
    status: yes ? 'True' : 'False',
    reason,
    message,
  })
  const generation = repository.metadata.generation
  const ready = withCondition(status.conditions, observe('Ready', bad === undefined), now, generation)
  return {
    ...status,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    // Without it kstatus, and so Flux, would wait for a store that nothing brings back.
    conditions: withCondition(ready, observe('Stalled', bad !== undefined), now, generation),
  }
}

const quantityOf = (bytes: number): string => formatBytes(bytes).replace(' ', '').replace(/B$/, '') || '0'
