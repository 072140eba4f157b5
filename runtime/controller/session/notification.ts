import { findCondition } from '../../../lib/conditions.js'
import { notifyJobName } from '../../../lib/names.js'
import { notificationProblems } from '../../../lib/notification/hook-problems.js'
import { formatProblem } from '../../../lib/problem.js'
import type { Reason } from '../../../lib/reason.js'
import { eventNotes } from '../event-notes.js'
import { createdAt, isBackup } from '../objects.js'
import { isOwnedBy } from './job.js'
import { notifyJob, notifyJobSeconds } from './notify-job.js'
import type { Decision, SessionObserved } from './observed.js'
import { hooksOf, notificationsCondition, owedNotifications, owesNotifications } from './owed-notifications.js'
import { verdictOf } from './pod-verdict.js'
import { type SessionStatus, statusOf } from './session-status.js'
import { withStatus } from './status.js'

type Step = Omit<Decision, 'check'> | undefined

/** How long after a session’s end somebody may still be told of it. */
const patience = 3_600_000
/** The Job’s own deadline, and some more: a lost node’s pod never ends by itself. */
const longestJob = (notifyJobSeconds + 120) * 1000

/** Sends what an ended session owes, in a Job of its own, once: the condition remembers that it is owed. */
export function followNotifications(observed: SessionObserved): Step {
  const { session, notifyJob: job, notifyPod: pod, now } = observed
  if (!owesNotifications(session) || session.metadata.deletionTimestamp !== undefined) return undefined
  const status = statusOf(session)
  const owed = owedNotifications(observed, status.phase)
  if (owed.length === 0) return told(observed, 'True', 'NotificationsSent', 'nobody asks for it any more')
  if (job === undefined) return begin(observed, owed)
  if (!isOwnedBy(job, session)) {
    const message = `there is a foreign Job ${job.metadata.name}; delete or rename it`
    return told(observed, 'False', 'NotificationFailed', message)
  }
  const verdict = verdictOf(job, pod)
  if (verdict.state === 'ended') {
    const report = verdict.reports.find(each => each.step === 'notify' && each.outcome !== 'Interrupted')
    if (report?.outcome === 'Succeeded')
      return told(observed, 'True', 'NotificationsSent', [report.message ?? '', ...misspelt(observed)].join('; '))
    const message = report?.message || verdict.failure?.message || 'the notify Job’s pod left no report'
    return told(observed, 'False', 'NotificationFailed', message)
  }
  const until = createdAt(job).getTime() + longestJob
  if (now.getTime() < until) return { status, requeueAt: new Date(until) }
  const why = verdict.state === 'starting' ? verdict.waiting.message : 'its pod does not end'
  return told(observed, 'False', 'NotificationFailed', `Job ${job.metadata.name}: ${why}`)
}

function begin(observed: SessionObserved, owed: ReturnType<typeof owedNotifications>): Step {
  const { session, now } = observed
  const status = statusOf(session)
  // Somebody who deletes every Job of ours must not make us tell the same for ever.
  if (now.getTime() >= Date.parse(status.completionTime ?? '') + patience) {
    const refusal = findCondition(status.conditions, notificationsCondition)?.message ?? ''
    const why = refusal.startsWith(refused) ? `; ${refusal}` : ''
    const message = `no Job could tell it within an hour of the session’s end${why}`
    return told(observed, 'False', 'NotificationFailed', message)
  }
  const name = notifyJobName(session.metadata.name, session.metadata.uid ?? '')
  const job = notifyJob(observed, name, owed)
  return { status, effect: { do: 'create-job', job }, requeueAt: new Date(now.getTime() + 15_000) }
}

/** What is wrong with the texts that were sent as they are, in the compiler’s words. */
const misspelt = (observed: SessionObserved): string[] => {
  const { kind, metadata } =
    isBackup(observed.session) && observed.configuration ? observed.configuration : observed.session
  const { namespace = '', name } = metadata
  return notificationProblems(hooksOf(observed), `${kind} ${namespace}/${name}`).map(formatProblem)
}

function told(observed: SessionObserved, status: 'True' | 'False', reason: Reason, message: string): Step {
  return {
    status: withStatus(observed, {}, [{ type: notificationsCondition, status, reason, message }]),
    ...(status === 'False' ? { events: [eventNotes.untold(observed.session.kind, message)] } : {}),
  }
}

const refused = 'the notify Job was refused, and is tried again: '

/**
 * The status of an ended session whose notify Job the API server refused. It stays owed: a quota that counts the ended
 * Job of the session is full for a while only.
 */
export const untoldStatus = (observed: SessionObserved, message: string): SessionStatus =>
  withStatus(observed, {}, [
    {
      type: notificationsCondition,
      status: 'Unknown',
      reason: 'NotificationsPending',
      message: `${refused}${message}`,
    },
  ])
