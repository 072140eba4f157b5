import { hostOf } from '../identity.js'
import type { Container } from '../pod.js'
import { escapeForKubelet } from '../substitution.js'
import type { AnySubject } from '../variables.js'
import type { NotificationEvent } from './event.js'
import { secretEnvironment } from './request-secrets.js'
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

/**
 * The container that sends the notifications of one event. Its credentials are in its environment alone; `session` is a
 * summary, or at the beginning of a session as much of it as the policy knows.
 */
export function notifyContainer(
  notifications: NonNullable<NonNullable<AnySubject['spec']['hooks']>['notifications']>,
  session: PolicySummary & Partial<SessionSummary>,
  event: NotificationEvent,
  image: string,
): Container {
  const flag = (name: string, value: unknown) => `--${name}=${escapeForKubelet(JSON.stringify(value))}`
  const due = notifications.filter(each => each.on.includes(event))
  return {
    name: notifyContainerName,
    image,
    args: ['notify', `--event=${event}`, flag('session', session), flag('notifications', due)],
    env: secretEnvironment(due),
    volumeMounts: [],
  }
}

/** The first container of a Job whose policy wants to tell that it has started; else none. */
export function startNotification(subject: AnySubject): Container[] {
  const { notifications = [] } = subject.spec.hooks ?? {}
  if (!notifications.some(each => each.on.includes('Started'))) return []
  return [notifyContainer(notifications, policySummary(subject), 'Started', subject.image)]
}
