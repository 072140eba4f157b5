import type { Condition } from '../../../lib/api/condition.js'
import { type Observation, withCondition } from '../../../lib/conditions.js'
import { formatDuration, parseDuration } from '../../../lib/duration.js'
import { type Reason, reasons } from '../../../lib/reason.js'
import { defaultRetryDelay, defaultStartDeadline, defaultTimeOut } from '../../../lib/resolver-defaults.js'
import { eventNotes } from '../event-notes.js'
import { createdAt, isBackup, rfc3339 } from '../objects.js'
import type { Decision, SessionObserved } from './observed.js'
import { notificationsOwed } from './owed-notifications.js'
import { hasBegun, type Phase, type SessionStatus, statusOf } from './session-status.js'

/** The settings that bound a session, with their defaults, in milliseconds. */
export function boundsOf({ session, configuration }: Pick<SessionObserved, 'session' | 'configuration'>): {
  timeOut: number
  startDeadline: number
} {
  const spec = isBackup(session) ? configuration?.spec : session.spec
  return {
    timeOut: parseDuration(spec?.timeOut ?? defaultTimeOut),
    startDeadline: parseDuration(spec?.startDeadline ?? defaultStartDeadline),
  }
}

/** Wait before the next attempt, in milliseconds. */
export function retryDelay({ configuration }: Pick<SessionObserved, 'configuration'>): number {
  return parseDuration(configuration?.spec.retryConfig?.delay ?? defaultRetryDelay)
}

/** The longest `timeOut` that the schema allows, a year, whatever a status says. */
const longestSession = 8760 * 3_600_000

/** When the session ends at the latest; once written it does not move. */
export function deadlineOf(observed: SessionObserved): Date {
  const written = Date.parse(statusOf(observed.session).sessionDeadline ?? '')
  const created = createdAt(observed.session).getTime()
  return new Date(Math.min(written || created + boundsOf(observed).timeOut, created + longestSession))
}

/** The status with observations put in, and with the fields given. */
export function withStatus(
  observed: SessionObserved,
  fields: Partial<SessionStatus>,
  observations: readonly Observation[],
): SessionStatus {
  const { session, now } = observed
  const current = statusOf(session)
  const generation = session.metadata.generation
  let conditions: Condition[] = current.conditions ?? []
  for (const observation of observations) conditions = withCondition(conditions, observation, now, generation)
  const status: SessionStatus = {
    ...current,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    sessionDeadline: rfc3339(deadlineOf(observed)),
    ...fields,
    conditions,
  }
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined)) as SessionStatus
}

/** kstatus: what Flux and Argo CD read. */
export function summary(state: 'waiting' | 'good' | 'bad', reason: Reason, message: string): Observation[] {
  const observe = (type: string, status: boolean): Observation => ({
    type,
    status: status ? 'True' : 'False',
    reason,
    message,
  })
  return [
    observe('Ready', state === 'good'),
    observe('Reconciling', state === 'waiting'),
    observe('Stalled', state === 'bad'),
  ]
}

/** A session that waits for its turn, and why. */
export function pending(
  observed: SessionObserved,
  reason: Reason,
  message: string,
  requeueAt?: Date,
): Omit<Decision, 'check'> {
  const started = hasBegun(observed.session)
  const before = observed.session.status?.conditions?.find(each => each.type === 'Reconciling')?.reason
  return {
    status: withStatus(observed, { phase: started ? 'Running' : 'Pending' }, summary('waiting', reason, message)),
    requeueAt: earliest(requeueAt, deadlineOf(observed), new Date(observed.now.getTime() + 30_000)),
    ...(before === reason ? {} : { events: [eventNotes.waiting(observed.session.kind, reason, message)] }),
  }
}

export interface End {
  readonly phase: Phase
  readonly reason: Reason
  readonly message: string
  readonly fields?: Partial<SessionStatus>
  readonly observations?: readonly Observation[]
}

/** A session that is over. */
export function finished(observed: SessionObserved, end: End): Omit<Decision, 'check'> {
  const { session, now } = observed
  const good = end.phase === 'Succeeded' || end.phase === 'PartiallySucceeded' || end.phase === 'Skipped'
  const elapsed = Math.max(0, Math.round((now.getTime() - createdAt(session).getTime()) / 1000) * 1000)
  const fields: Partial<SessionStatus> = {
    phase: end.phase,
    completionTime: rfc3339(now),
    sessionDuration: formatDuration(elapsed),
    nextRetry: undefined,
    ...end.fields,
  }
  const message = end.message === '' ? reasons[end.reason] : end.message
  return {
    status: withStatus(observed, fields, [
      ...(end.observations ?? []),
      ...notificationsOwed(observed, end.phase),
      ...summary(good ? 'good' : 'bad', end.reason, message),
    ]),
    events: [eventNotes.ended(session.kind, end.phase, end.reason, message)],
  }
}

export function earliest(...dates: readonly (Date | undefined)[]): Date {
  const times = dates.flatMap(date => (date === undefined || Number.isNaN(date.getTime()) ? [] : [date.getTime()]))
  return new Date(Math.min(...times))
}
