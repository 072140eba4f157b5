import { findCondition } from '../../../lib/conditions.js'
import { finishJobName } from '../../../lib/names.js'
import type { Reason } from '../../../lib/reason.js'
import type { StepReport } from '../../../lib/report.js'
import type { AnySubject } from '../../../lib/variables.js'
import { eventNotes } from '../event-notes.js'
import { createdAt, isBackup, type JobObject } from '../objects.js'
import { refusedUse } from '../usage.js'
import { finishJob, finishSeconds } from './finish-job.js'
import { isOwnedBy, sessionJob } from './job.js'
import type { Decision, SessionObserved } from './observed.js'
import { type Conclusion, concluded } from './outcome.js'
import { type Finding, type PodVerdict, standsSince, verdictOf } from './pod-verdict.js'
import { type SessionStatus, statusOf } from './session-status.js'
import { boundsOf, deadlineOf, earliest, pending, summary, withStatus } from './status.js'

type Step = Omit<Decision, 'check'> | undefined

/** How long after a session’s deadline its pod may take to end by itself, before the Job is deleted. */
const endingGrace = 90_000
/** How long after its time is up a pod that was told to go may still be there. */
const stoppingGrace = 30_000
/** The finish Job’s own deadline, and as much: a lost node’s pod never ends by itself. */
const longestFinish = (finishSeconds + 120) * 1000 + endingGrace

/** Follows the Job of the current attempt. */
export function followJob(observed: SessionObserved): Step {
  const { session, job, now } = observed
  const status = statusOf(session)
  if (job === undefined && status.jobUID === undefined) return createMissingJob(observed)
  if (job === undefined) return followPod(observed)
  if (job.metadata.uid !== status.jobUID || !isOwnedBy(job, session)) return adoptJob(observed, job)
  const verdict = withRefusal(verdictOf(job, observed.pod), observed.podRefusal)
  if (verdict.state === 'ended') {
    // The Job’s own controller counts the pod a moment later; the next attempt must not meet a living Job.
    return ended(observed, verdict.reports, withBound(observed, verdict.failure), verdict.started)
  }
  const deadline = deadlineOf(observed)
  if (now.getTime() >= deadline.getTime() + endingGrace) {
    return ended(
      observed,
      [],
      {
        reason: 'DeadlineExceeded',
        message: `not done within ${boundsOf(observed).timeOut / 1000}s, and the pod does not end`,
      },
      true,
    )
  }
  if (verdict.state === 'running') {
    const stillRunning = withStatus(
      observed,
      { phase: 'Running' },
      summary('waiting', 'Running', `Job ${job.metadata.name} is running`),
    )
    const requeueAt = new Date(Math.max(deadline.getTime(), now.getTime()) + endingGrace)
    const since = standsSince(observed.pod)
    if (since === undefined) return { status: stillRunning, requeueAt }
    const until = new Date(since.getTime() + boundsOf(observed).startDeadline)
    return now < until ? { status: stillRunning, requeueAt: earliest(until, requeueAt) } : stuck(observed, since)
  }
  const startBy = new Date(createdAt(job).getTime() + boundsOf(observed).startDeadline)
  if (now >= startBy || now >= deadline) {
    const waited = `waited ${Math.round((now.getTime() - createdAt(job).getTime()) / 1000)}s`
    const message = `${verdict.waiting.message}${unboundClaim(observed)} (${waited})`
    return ended(observed, [], { ...verdict.waiting, message }, false)
  }
  const waiting = pending(
    observed,
    verdict.waiting.reason === 'JobRejected' && observed.podRefusal === undefined
      ? 'JobCreated'
      : verdict.waiting.reason,
    verdict.waiting.message,
    startBy,
  )
  return waiting
}

/** Gives up a pod whose next container does not start; what the others reported still counts. */
function stuck(observed: SessionObserved, since: Date): Step {
  const { job, pod, now } = observed
  const waited = Math.round((now.getTime() - since.getTime()) / 1000)
  const why = pod?.status?.conditions?.find(
    each => each.type === 'PodReadyToStartContainers' && each.status === 'False',
  )
  const message = `pod ${pod?.metadata.name ?? ''} stands between its steps: no container has started for ${waited}s`
  const failure: Finding = {
    reason: 'PodNotStarted',
    message: why?.message === undefined ? message : `${message} (${why.message})`,
  }
  const over = pod === undefined ? undefined : verdictOf(job, { ...pod, status: { ...pod.status, phase: 'Failed' } })
  return ended(observed, over?.state === 'ended' ? over.reports : [], failure, true)
}

/** Follows the pod of a Job that was deleted: until it has stopped it may store something, and say so. */
function followPod(observed: SessionObserved): Step {
  const { session, pod, now } = observed
  const status = statusOf(session)
  const verdict = verdictOf(undefined, pod)
  const leaving = pod?.metadata.deletionTimestamp
  // The garbage collector tells it to go a moment after the Job; a time that cannot be read is that of one that is gone.
  const goneAt = leaving === undefined ? Number.POSITIVE_INFINITY : Date.parse(leaving) + stoppingGrace
  const until = Math.min(goneAt, deadlineOf(observed).getTime() + endingGrace)
  if (pod !== undefined && verdict.state !== 'ended' && now.getTime() < until)
    return { status, requeueAt: new Date(Math.min(until, now.getTime() + 5_000)) }
  const reports = verdict.state === 'ended' ? verdict.reports : []
  return ended(observed, reports, { reason: 'JobDeleted', message: `Job ${status.jobName} was deleted` }, true)
}

// Kubernetes’ words do not say which deadline, nor which claim.
function withBound(observed: SessionObserved, failure: Finding | undefined): Finding | undefined {
  if (failure?.reason !== 'DeadlineExceeded') return failure
  return { ...failure, message: `${failure.message} (timeOut is ${boundsOf(observed).timeOut / 1000}s)` }
}

function unboundClaim({ claim }: SessionObserved): string {
  if (claim?.status?.phase !== 'Pending') return ''
  const { name, namespace } = claim.metadata
  return `; PersistentVolumeClaim ${namespace}/${name} is Pending (StorageClass '${claim.spec?.storageClassName ?? ''}')`
}

function withRefusal(verdict: PodVerdict, refusal: string | undefined): PodVerdict {
  if (verdict.state !== 'starting' || verdict.waiting.reason !== 'JobRejected' || refusal === undefined) return verdict
  return { state: 'starting', waiting: { reason: 'JobRejected', message: `no pod was made: ${refusal}` } }
}

// The status names a Job that was never made: the controller ended between the two writes.
function createMissingJob(observed: SessionObserved): Step {
  const { session, template } = observed
  const { attempt = 1, jobName = '' } = statusOf(session)
  // The session may name another Repository by now than the one that was asked when it began.
  const refused = refusedUse({ ...observed, namespace: session.metadata.namespace })
  if (refused !== undefined) return ended(observed, [], refused, false)
  if (template?.ok !== true) {
    const message =
      template === undefined
        ? 'what the session refers to is gone'
        : template.problems.map(problem => problem.message).join('; ')
    return ended(observed, [], { reason: template?.reason ?? 'RepositoryNotFound', message }, false)
  }
  const refusal = findCondition(statusOf(session).conditions, 'BackupExecutorEnsured')
  const refusedSince =
    refusal?.status === 'False' ? new Date(refusal.lastTransitionTime).getTime() : observed.now.getTime()
  if (observed.now.getTime() >= refusedSince + boundsOf(observed).startDeadline) {
    return ended(observed, [], { reason: 'JobRejected', message: refusal?.message ?? '' }, false)
  }
  return {
    status: statusOf(session),
    effect: { do: 'create-job', job: sessionJob(observed, template.template, attempt, jobName) },
    requeueAt: new Date(observed.now.getTime() + 15_000),
  }
}

/** The status of a session whose Job the API server refused. */
export function refusedStatus(observed: SessionObserved, message: string): SessionStatus {
  const refusal = { type: 'BackupExecutorEnsured', status: 'False' as const, reason: 'JobRejected', message }
  return withStatus(observed, {}, [refusal, ...summary('waiting', 'JobRejected', message)])
}

function adoptJob(observed: SessionObserved, job: JobObject): Step {
  if (!isOwnedBy(job, observed.session)) {
    return ended(
      observed,
      [],
      { reason: 'JobRejected', message: `there is a foreign Job ${job.metadata.name}; delete or rename it` },
      false,
    )
  }
  const observation = {
    type: 'BackupExecutorEnsured',
    status: 'True' as const,
    reason: 'JobCreated',
    message: `Job ${job.metadata.name}`,
  }
  const executor = isBackup(observed.session) ? observation : { ...observation, type: 'RestoreExecutorEnsured' }
  return {
    status: withStatus(observed, { jobUID: job.metadata.uid ?? '' }, [executor]),
    requeueAt: new Date(observed.now.getTime() + 1000),
  }
}

/** The attempt’s pod is over; what it could not tell others of its beginning is told here. */
function ended(
  observed: SessionObserved,
  reports: readonly StepReport[],
  failure: Finding | undefined,
  started: boolean,
): Step {
  const step = afterPod(observed, reports, failure, started)
  const untold = reports.find(report => report.step === 'notify' && report.outcome === 'Failed')
  if (step === undefined || untold === undefined) return step
  return { ...step, events: [...(step.events ?? []), eventNotes.unheard(untold.message ?? '')] }
}

/** Its own last step has told everything, or a finish Job has to. */
function afterPod(
  observed: SessionObserved,
  reports: readonly StepReport[],
  failure: Finding | undefined,
  started: boolean,
): Step {
  const last = reports.find(report => report.step === 'update-status' && report.outcome !== 'Interrupted')
  if (last !== undefined) return concluded(observed, { report: last, ...(failure === undefined ? {} : { failure }) })
  const cause: Finding = failure ?? {
    reason: 'StepFailed',
    message: 'no step of the Task reported the outcome; its last step should be update-status',
  }
  if (!started || !mayFinish(observed)) return concluded(observed, { failure: cause })
  const { session } = observed
  const name = finishJobName(session.metadata.name, session.metadata.uid ?? '', statusOf(session).attempt ?? 1)
  const job = finishJob(observed, observed.subject, name, { cause, reports })
  const message = `${cause.message}; Job ${name} finds out what was stored`
  return {
    status: withStatus(observed, { finishJobName: name }, [
      ...summary('waiting', cause.reason, message),
      ...disruption(cause.reason, cause.message),
    ]),
    effect: { do: 'create-job', job },
    events: [eventNotes.finishing(cause.reason, cause.message, name)],
    requeueAt: new Date(observed.now.getTime() + 15_000),
  }
}

// A finish Job works on the Repository too, which may be another one than the session began with.
function mayFinish(observed: SessionObserved): observed is SessionObserved & { readonly subject: AnySubject } {
  const { session, subject } = observed
  return subject !== undefined && refusedUse({ ...observed, namespace: session.metadata.namespace }) === undefined
}

function disruption(reason: Reason, message: string) {
  const disrupted = ['Evicted', 'NodeLost', 'OutOfMemory', 'PodDeleted', 'JobDeleted'].includes(reason)
  return disrupted ? [{ type: 'BackupDisrupted', status: 'True' as const, reason, message }] : []
}

/** Follows the finish Job of the current attempt, if there is one. */
export function followFinish(observed: SessionObserved): Step {
  const { session, finishJob: job, finishPod: pod, now } = observed
  const status = statusOf(session)
  if (status.finishJobName === undefined || status.nextRetry !== undefined) return undefined
  const cause = recordedCause(observed)
  if (job === undefined) {
    if (!mayFinish(observed) || now.getTime() > deadlineOf(observed).getTime() + 12 * 3_600_000)
      return concluded(observed, { failure: cause })
    const again = finishJob(observed, observed.subject, status.finishJobName, { cause, reports: reportsOf(observed) })
    return { status, effect: { do: 'create-job', job: again }, requeueAt: new Date(now.getTime() + 15_000) }
  }
  if (!isOwnedBy(job, session)) return concluded(observed, { failure: cause })
  const verdict = verdictOf(job, pod)
  if (verdict.state === 'ended') {
    const report = verdict.reports.find(each => each.step === 'finish' && each.outcome !== 'Interrupted')
    const conclusion: Conclusion = report === undefined ? { failure: cause } : { report, failure: cause }
    return concluded(observed, conclusion)
  }
  if (now.getTime() >= createdAt(job).getTime() + longestFinish) return concluded(observed, { failure: cause })
  const patience = new Date(createdAt(job).getTime() + Math.min(boundsOf(observed).startDeadline, 120_000))
  if (verdict.state === 'starting' && now >= patience) return concluded(observed, { failure: cause })
  return { status, requeueAt: earliest(patience > now ? patience : undefined, new Date(now.getTime() + 60_000)) }
}

// Written when the finish Job was named; the pod that it came from may be gone.
function recordedCause(observed: SessionObserved): Finding {
  const recorded = statusOf(observed.session).conditions?.find(each => each.type === 'Reconciling')
  const message = (recorded?.message ?? 'the mover ended without a report').replace(
    /; Job \S+ finds out what was stored$/,
    '',
  )
  return { reason: (recorded?.reason ?? 'PodDeleted') as Reason, message }
}

function reportsOf({ job, pod }: SessionObserved): readonly StepReport[] {
  const verdict = verdictOf(job, pod)
  return verdict.state === 'ended' ? verdict.reports : []
}
