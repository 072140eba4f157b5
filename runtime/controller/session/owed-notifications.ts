import type { Notification } from '../../../lib/api/notification.js'
import { findCondition, type Observation } from '../../../lib/conditions.js'
import { isBackup, type SessionObject } from '../objects.js'
import type { SessionObserved } from './observed.js'
import { hasEnded, statusOf } from './session-status.js'

/** The condition that remembers whether everybody was told how a session ended; absent when nobody asked. */
export const notificationsCondition = 'NotificationsSent'

/** Whether somebody still has to be told how a session ended. */
export const owesNotifications = (session: SessionObject): boolean =>
  hasEnded(session) && findCondition(statusOf(session).conditions, notificationsCondition)?.status === 'Unknown'

type Policy = Pick<SessionObserved, 'session' | 'configuration'>

export const hooksOf = ({ session, configuration }: Policy) =>
  isBackup(session) ? configuration?.spec.hooks : session.spec.hooks

/** The notifications that a policy asks for at a phase of its sessions. */
export function owedNotifications(policy: Policy, phase: string | undefined): Notification[] {
  return (hooksOf(policy)?.notifications ?? []).filter(each => each.on.some(event => event === phase))
}

/** What a session’s end says of its notifications: nothing when nobody asked for one. */
export function notificationsOwed(policy: Policy, phase: string): Observation[] {
  const owed = owedNotifications(policy, phase)
  if (owed.length === 0) return []
  const message = `a Job tells ${owed.map(each => each.name).join(', ')}`
  return [{ type: notificationsCondition, status: 'Unknown', reason: 'NotificationsPending', message }]
}
