import { attemptJobName } from '../../../lib/names.js'
import { eventNotes } from '../event-notes.js'
import { isBackup, rfc3339 } from '../objects.js'
import { interimClaim, sessionJob } from './job.js'
import type { Decision, SessionObserved } from './observed.js'
import { hasBegun, statusOf } from './session-status.js'
import { deadlineOf, earliest, summary, withStatus } from './status.js'

/**
 * Begins an attempt. Its number and the name of its Job are written to the status before the Job is made, so that a
 * controller that dies in between, or a second one, meets the same name and "already exists".
 */
export function beginAttempt(observed: SessionObserved): Omit<Decision, 'check'> | undefined {
  const { session, subject, template } = observed
  if (subject === undefined || template?.ok !== true) return undefined
  if (subject.spec.interimVolumeTemplate !== undefined && observed.interimClaim === undefined) {
    const claim = interimClaim(observed, subject.spec.interimVolumeTemplate)
    return {
      status: withStatus(
        observed,
        { phase: hasBegun(session) ? 'Running' : 'Pending' },
        summary('waiting', 'Waiting', 'making the interim volume'),
      ),
      effect: { do: 'create-claim', claim },
    }
  }
  const current = statusOf(session)
  const attempt = (current.attempt ?? 0) + 1
  const jobName = attemptJobName(session.metadata.name, session.metadata.uid ?? '', attempt)
  const message = attempt === 1 ? `Job ${jobName}` : `Job ${jobName}, attempt ${attempt}`
  const ref = subject.spec.target.ref
  const status = withStatus(
    observed,
    {
      phase: 'Running',
      attempt,
      jobName,
      jobUID: undefined,
      finishJobName: undefined,
      nextRetry: undefined,
      startTime: current.startTime ?? rfc3339(observed.now),
      ...(isBackup(session) ? { targets: [{ ref, phase: 'Running' as const, totalHosts: 1 }] } : { totalHosts: 1 }),
    },
    [
      ...summary('waiting', 'JobCreated', message),
      ...(isBackup(session)
        ? []
        : [
            {
              type: 'RepositoryFound',
              status: 'True' as const,
              reason: 'Available',
              message: `Repository ${subject.repository.name}`,
            },
            { type: 'RestoreTargetFound', status: 'True' as const, reason: 'Available', message: `claim ${ref.name}` },
          ]),
      ...(template.functionsChanged && template.committed
        ? [
            {
              type: 'FunctionsChanged',
              status: 'True' as const,
              reason: 'FunctionsChanged',
              message: 'the committed Job template was made from other Functions',
            },
          ]
        : []),
    ],
  )
  return {
    status,
    effect: { do: 'create-job', job: sessionJob(observed, template.template, attempt, jobName) },
    events: [eventNotes.attemptBegun(attempt, jobName)],
    requeueAt: earliest(new Date(observed.now.getTime() + 15_000), deadlineOf(observed)),
  }
}
