import { hostOf } from '../identity.js'
import type { Container, Volume } from '../pod.js'
import { escapeForKubelet } from '../substitution.js'
import type { AnySubject } from '../variables.js'
import type { NotificationEvent } from './event.js'
import { requestAccess, requestVolumes } from './request-secrets.js'
import type { SessionSummary } from './summary.js'

/** Name of the container that sends notifications. */
export const notifyContainerName = 'notify'

/** What a policy says of every session of its own, before any of them runs. */
export type PolicySummary = Pick<
  SessionSummary,
  'kind' | 'namespace' | 'configuration' | 'target' | 'repository' | 'cluster' | 'host'
>

/** What the objects of a policy say of its sessions. */
export function policySummary({ kind, name, namespace, spec, repository }: AnySubject): PolicySummary {
  const { clusterName } = repository.spec
  return {
    kind: kind === 'BackupConfiguration' ? 'BackupSession' : 'RestoreSession',
    namespace,
    ...(kind === 'BackupConfiguration' ? { configuration: name } : {}),
    target: spec.target.ref.name,
    repository: `${repository.namespace}/${repository.name}`,
    ...(clusterName === undefined ? {} : { cluster: clusterName }),
    host: hostOf(spec.target, namespace, clusterName),
  }
}

type Notifications = NonNullable<NonNullable<AnySubject['spec']['hooks']>['notifications']>
const dueAt = (notifications: Notifications, event: NotificationEvent): Notifications =>
  notifications.filter(each => each.on.includes(event))

/**
 * The container that sends the notifications of one event. Its credentials are in a volume of its own alone, that of
 * `notifyVolumes`; `session` is a summary, or at the beginning of a session as much of it as the policy knows.
 */
export function notifyContainer(
  notifications: Notifications,
  session: PolicySummary & Partial<SessionSummary>,
  event: NotificationEvent,
  image: string,
): Container {
  const flag = (name: string, value: unknown) => `--${name}=${escapeForKubelet(JSON.stringify(value))}`
  const due = dueAt(notifications, event)
  const { args, mounts } = requestAccess(notifyContainerName, due)
  return {
    name: notifyContainerName,
    image,
    args: ['notify', `--event=${event}`, flag('session', session), flag('notifications', due), ...args],
    volumeMounts: mounts,
  }
}

/** Its volumes. */
export const notifyVolumes = (notifications: Notifications, event: NotificationEvent): Volume[] =>
  requestVolumes(notifyContainerName, dueAt(notifications, event))

/** The first container of a Job whose policy wants to tell that it has started; else none. */
export function startNotification(subject: AnySubject): Container[] {
  const { notifications = [] } = subject.spec.hooks ?? {}
  if (!notifications.some(each => each.on.includes('Started'))) return []
  return [notifyContainer(notifications, policySummary(subject), 'Started', subject.image)]
}
