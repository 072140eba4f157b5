import { annotations } from '../../../lib/api/group.js'
import { formatProblem } from '../../../lib/problem.js'
import type { Reason } from '../../../lib/reason.js'
import { defaultMaxConcurrentSessions } from '../../../lib/repository-defaults.js'
import { type ClaimObject, createdAt, isBackup, type SessionObject } from '../objects.js'
import { refusedUse } from '../usage.js'
import { beginAttempt } from './attempt.js'
import { followNotifications } from './notification.js'
import type { Check, SessionObserved } from './observed.js'
import { isAlive, isFinished, verdictOf } from './pod-verdict.js'
import { followFinish, followJob } from './progress.js'
import { hasBegun, hasEnded, statusOf } from './session-status.js'
import { boundsOf, deadlineOf, earliest, finished, pending } from './status.js'

const waiting = (observed: SessionObserved) =>
  !hasBegun(observed.session) || statusOf(observed.session).nextRetry !== undefined
const notBegun = (observed: SessionObserved) => !hasBegun(observed.session)
const failed = (observed: SessionObserved, reason: Reason, message: string) => ({
  ...finished(observed, { phase: 'Failed', reason, message }),
  push: true,
})
const skipped = (observed: SessionObserved, reason: Reason, message: string) =>
  finished(observed, {
    phase: 'Skipped',
    reason,
    message,
    observations: [{ type: 'BackupSkipped', status: 'True', reason, message }],
  })

/**
 * What becomes of a session, as an ordered list: the first check that applies decides. Reading it from top to bottom
 * is reading the life of a session.
 */
export const checks: readonly Check[] = [
  { name: 'endedWithLiveJob', decide: endedWithLiveJob },
  { name: 'notifying', decide: followNotifications },
  { name: 'ended', decide: o => (hasEnded(o.session) ? { status: statusOf(o.session) } : undefined) },
  {
    name: 'beingDeleted',
    decide: o => (o.session.metadata.deletionTimestamp === undefined ? undefined : { status: statusOf(o.session) }),
  },
  { name: 'configurationMissing', decide: configurationMissing },
  { name: 'notAdopted', decide: notAdopted },
  { name: 'finishing', decide: followFinish },
  {
    name: 'running',
    decide: o => (hasBegun(o.session) && statusOf(o.session).nextRetry === undefined ? followJob(o) : undefined),
  },
  { name: 'deadlineExceeded', decide: deadlineExceeded },
  { name: 'paused', decide: paused },
  { name: 'superseded', decide: superseded },
  { name: 'overlapping', decide: overlapping },
  { name: 'repositoryMissing', decide: repositoryMissing },
  { name: 'usageNotAllowed', decide: usageNotAllowed },
  { name: 'identityConflict', decide: identityConflict },
  { name: 'templateUnfit', decide: templateUnfit },
  { name: 'targetMissing', decide: targetMissing },
  { name: 'oldJobAlive', decide: oldJobAlive },
  { name: 'retryNotDue', decide: retryNotDue },
  { name: 'claimBusy', decide: claimBusy },
  { name: 'repositoryBusy', decide: repositoryBusy },
  { name: 'concurrencyLimited', decide: concurrencyLimited },
  { name: 'begin', decide: beginAttempt },
]

function endedWithLiveJob(o: SessionObserved) {
  if (!hasEnded(o.session)) return undefined
  // A Job whose pod is over is left to its own controller: its pod still has the logs.
  const alive = [
    [o.job, o.pod],
    [o.finishJob, o.finishPod],
  ] as const
  const job = alive.find(
    ([each, pod]) => each !== undefined && isAlive(each) && verdictOf(each, pod).state !== 'ended',
  )?.[0]
  if (job !== undefined) return { status: statusOf(o.session), effect: { do: 'delete-job' as const, job } }
  if (o.job !== undefined && keepsClaim(o)) {
    return { status: statusOf(o.session), effect: { do: 'delete-job' as const, job: o.job } }
  }
  return o.interimClaim === undefined ? undefined : withoutInterim(o, o.interimClaim)
}

// A claim is not gone before the last pod that mounts it, though it be over: the interim volume costs the pod’s logs.
function withoutInterim({ session, job }: SessionObserved, claim: ClaimObject) {
  const status = statusOf(session)
  if (job !== undefined && job.metadata.deletionTimestamp === undefined)
    return { status, effect: { do: 'delete-job' as const, job } }
  if (claim.metadata.deletionTimestamp !== undefined) return undefined
  return { status, effect: { do: 'delete-claim' as const, claim } }
}

// Kubernetes keeps a claim that is being deleted for every pod that mounts it, even one that is over.
function keepsClaim({ claim, job }: SessionObserved): boolean {
  return claim?.metadata.deletionTimestamp !== undefined && job?.metadata.deletionTimestamp === undefined
}

function configurationMissing(o: SessionObserved) {
  if (!isBackup(o.session) || o.configuration !== undefined || !waiting(o)) return undefined
  return failed(
    o,
    'ConfigurationNotFound',
    `there is no BackupConfiguration '${o.session.spec.invoker.name}' in ${o.session.metadata.namespace}`,
  )
}

function notAdopted(o: SessionObserved) {
  const { session, configuration } = o
  if (!isBackup(session) || configuration === undefined) return undefined
  const owned = (session.metadata.ownerReferences ?? []).some(owner => owner.uid === configuration.metadata.uid)
  return owned ? undefined : { status: statusOf(session), effect: { do: 'adopt' as const, owner: configuration } }
}

function deadlineExceeded(o: SessionObserved) {
  if (o.now < deadlineOf(o)) return undefined
  const last = statusOf(o.session).conditions?.find(each => each.type === 'Reconciling')
  const why = last === undefined ? '' : `; it was waiting: ${last.message}`
  const message = `not done ${boundsOf(o).timeOut / 1000}s after its creation${why}`
  return {
    ...finished(o, {
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message,
      observations: [{ type: 'DeadlineExceeded', status: 'True', reason: 'DeadlineExceeded', message }],
    }),
    push: true,
  }
}

const isScheduled = (session: SessionObject) => session.metadata.annotations?.[annotations.scheduledAt] !== undefined

function paused(o: SessionObserved) {
  if (!notBegun(o) || o.configuration?.spec.paused !== true || !isScheduled(o.session)) return undefined
  return skipped(
    o,
    'Paused',
    `BackupConfiguration ${o.configuration.metadata.name} is paused; a session made by hand would run`,
  )
}

function superseded(o: SessionObserved) {
  if (!notBegun(o) || !isBackup(o.session)) return undefined
  const running = o.siblings.some(each => hasBegun(each) && !hasEnded(each))
  const waitingOnes = o.siblings.filter(each => !hasBegun(each) && !hasEnded(each))
  // Of several the newest: the others are superseded themselves.
  const newest = waitingOnes.reduce((one, other) => (isNewer(other, one) ? other : one), o.session)
  if (newest === o.session || running) return undefined
  return skipped(o, 'Superseded', `the newer session ${newest.metadata.name} runs in its place`)
}

function isNewer(session: SessionObject, than: SessionObject): boolean {
  const difference = createdAt(session).getTime() - createdAt(than).getTime()
  return difference > 0 || (difference === 0 && session.metadata.name > than.metadata.name)
}

function overlapping(o: SessionObserved) {
  if (!notBegun(o) || !isBackup(o.session)) return undefined
  const running = o.siblings.find(each => hasBegun(each) && !hasEnded(each))
  return running === undefined
    ? undefined
    : skipped(o, 'Overlapping', `session ${running.metadata.name} of the same configuration is still running`)
}

const patience = (o: SessionObserved) => new Date(createdAt(o.session).getTime() + boundsOf(o).startDeadline)

// Something that is missing may still come, in any order: git applies many objects at once.
function missing(o: SessionObserved, reason: Reason, message: string) {
  return o.now >= patience(o) ? failed(o, reason, message) : pending(o, reason, message, patience(o))
}

function repositoryMissing(o: SessionObserved) {
  if (o.repository !== undefined || !waiting(o)) return undefined
  const reference = (isBackup(o.session) ? o.configuration?.spec : o.session.spec)?.repository
  return missing(
    o,
    'RepositoryNotFound',
    `there is no Repository '${reference?.name}' in ${reference?.namespace ?? o.session.metadata.namespace}`,
  )
}

function usageNotAllowed(o: SessionObserved) {
  const refused = refusedUse({ ...o, namespace: o.session.metadata.namespace })
  return refused === undefined ? undefined : failed(o, refused.reason, refused.message)
}

function identityConflict(o: SessionObserved) {
  if (o.rival === undefined) return undefined
  const message = `BackupConfiguration ${o.rival} came first with the same repository, host and path; set target.alias in one of them`
  return {
    ...finished(o, {
      phase: 'Failed',
      reason: 'IdentityConflict',
      message,
      observations: [{ type: 'IdentityConflict', status: 'True', reason: 'IdentityConflict', message }],
    }),
    push: true,
  }
}

function templateUnfit(o: SessionObserved) {
  const verdict = o.template
  if (verdict === undefined || verdict.ok) return undefined
  const message = verdict.problems.map(formatProblem).join('; ')
  // A stale template may be one half of a sync: its other half, policy or Repository, comes a moment later.
  const mayCome = verdict.reason === 'TaskNotFound' || verdict.reason === 'TemplateStale'
  return mayCome ? missing(o, verdict.reason, message) : failed(o, verdict.reason, message)
}

function targetMissing(o: SessionObserved) {
  const { claim, subject } = o
  const name = `${o.session.metadata.namespace}/${subject?.spec.target.ref.name}`
  if (claim === undefined) return missing(o, 'TargetNotFound', `there is no PersistentVolumeClaim ${name}`)
  if (claim.metadata.deletionTimestamp !== undefined)
    return failed(o, 'TargetNotFound', `PersistentVolumeClaim ${name} is being deleted`)
  if (claim.status?.phase === 'Lost')
    return failed(o, 'TargetNotFound', `PersistentVolumeClaim ${name} has lost its volume`)
  // A pending claim may wait for its first consumer, which is our pod: the pod’s own start deadline judges it.
  return undefined
}

function oldJobAlive(o: SessionObserved) {
  const { job } = o
  if (!waiting(o) || job === undefined || (isFinished(job) && o.interimClaim === undefined)) return undefined
  if (job.metadata.deletionTimestamp !== undefined)
    return pending(o, 'RetryScheduled', `Job ${job.metadata.name} of the last attempt is ending`)
  return {
    ...pending(o, 'RetryScheduled', `ending Job ${job.metadata.name} of the last attempt`),
    effect: { do: 'delete-job' as const, job },
  }
}

function retryNotDue(o: SessionObserved) {
  const { nextRetry, attempt } = statusOf(o.session)
  if (nextRetry === undefined || o.now >= new Date(nextRetry)) return undefined
  return { status: statusOf(o.session), requeueAt: earliest(new Date(nextRetry), deadlineOf(o)), attempt }
}

function claimBusy(o: SessionObserved) {
  return o.claimUser === undefined
    ? undefined
    : pending(o, 'TargetBusy', `${o.claimUser} has the claim ${o.subject?.spec.target.ref.name}`)
}

function repositoryBusy(o: SessionObserved) {
  const { store, repository } = o
  if (store.maintaining) return pending(o, 'RepositoryBusy', 'maintenance of the repository is under way')
  if (store.makeRoomUntil !== undefined && o.now < store.makeRoomUntil) {
    return pending(o, 'RepositoryBusy', 'maintenance of the repository is overdue and goes first', store.makeRoomUntil)
  }
  if (repository?.status?.id !== undefined || !isBackup(o.session)) return undefined
  const other = store.active[0]
  return other === undefined
    ? undefined
    : pending(o, 'RepositoryBusy', `${other.kind} ${other.metadata.name} may be making the repository`)
}

function concurrencyLimited(o: SessionObserved) {
  const limit = o.repository?.spec.maxConcurrentSessions ?? defaultMaxConcurrentSessions
  const { active, olderWaiting } = o.store
  if (active.length + olderWaiting < limit) return undefined
  return pending(
    o,
    'ConcurrencyLimited',
    `${active.length} sessions run and ${olderWaiting} wait before this one; maxConcurrentSessions is ${limit}`,
  )
}
