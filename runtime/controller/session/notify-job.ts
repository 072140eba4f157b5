import { annotations, labels, managedBy } from '../../../lib/api/group.js'
import type { Notification } from '../../../lib/api/notification.js'
import { hostOf } from '../../../lib/identity.js'
import { guardedEnvironment } from '../../../lib/mover-environment.js'
import type { NotificationEvent } from '../../../lib/notification/event.js'
import { notifyContainer, notifyVolumes } from '../../../lib/notification/notify-container.js'
import type { SessionSummary } from '../../../lib/notification/summary.js'
import { messageBudgetVariable } from '../../../lib/pod-assembly.js'
import { messageBudget } from '../../../lib/report.js'
import { reportingSteps } from '../../../lib/reporting-step.js'
import { containerSecurityContext, podSecurityContext } from '../../../lib/security-context.js'
import { settingsOfUpkeepPod } from '../../../lib/settings.js'
import type { KubeObject } from '../../kube/object.js'
import { createdAt, isBackup } from '../objects.js'
import { childLabels, ownedBy } from './job.js'
import type { SessionObserved } from './observed.js'
import { statusOf } from './session-status.js'

const defaultResources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } }
/** Longest that the pod of a notify Job may run. */
export const notifySeconds = 180
/** Longest that the Job may exist: its pod may wait for a node. */
export const notifyJobSeconds = 900

/**
 * The Job that tells how a session ended, whatever became of its own Job. It mounts neither the target nor the
 * repository’s Secret, and holds no Kubernetes token; its one volume has the credentials of the receivers.
 */
export function notifyJob(observed: SessionObserved, name: string, owed: readonly Notification[]): KubeObject {
  const { session, configuration, settings } = observed
  const own = childLabels(session, 'notify')
  const summary = summaryOf(observed)
  const runtime = (isBackup(session) ? configuration?.spec : session.spec)?.runtimeSettings
  const container = {
    ...notifyContainer([...owed], summary, summary.phase, settings.image),
    imagePullPolicy: 'IfNotPresent',
    // A quota or a LimitRange that admits the policy’s own pods must admit this one too.
    resources: runtime?.container?.resources ?? defaultResources,
    securityContext: containerSecurityContext([], undefined),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  }
  const budget = { name: messageBudgetVariable, value: String(messageBudget(1)) }
  const env = guardedEnvironment([budget])
  const volumes = notifyVolumes([...owed], summary.phase)
  const pod = runtime?.pod
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: session.metadata.namespace ?? '',
      labels: own,
      annotations: { [annotations.reports]: JSON.stringify(reportingSteps([container], [settings.image])) },
      ownerReferences: [ownedBy(session)],
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: notifyJobSeconds,
      podReplacementPolicy: 'Failed',
      template: {
        metadata: { labels: { ...pod?.podLabels, ...own, [labels.managedBy]: managedBy } },
        spec: {
          restartPolicy: 'Never',
          serviceAccountName: 'default',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          activeDeadlineSeconds: notifySeconds,
          terminationGracePeriodSeconds: 10,
          ...settingsOfUpkeepPod(pod),
          securityContext: podSecurityContext({}),
          containers: [{ ...container, env }],
          ...(volumes.length === 0 ? {} : { volumes }),
        },
      },
    },
  }
}

/** An ended session in the words of a notification. */
export function summaryOf({ session, configuration, repository }: SessionObserved): SessionSummary {
  const status = statusOf(session)
  const { namespace = '', name, uid = '' } = session.metadata
  const spec = isBackup(session) ? configuration?.spec : session.spec
  const summary = status.conditions?.find(each => each.type === 'Ready')
  const { clusterName } = repository?.spec ?? {}
  const ended = Date.parse(status.completionTime ?? '')
  const seconds = (ended - createdAt(session).getTime()) / 1000
  return {
    kind: session.kind as SessionSummary['kind'],
    namespace,
    session: name,
    sessionUid: uid,
    ...(isBackup(session) ? { configuration: session.spec.invoker.name } : {}),
    target: spec?.target.ref.name ?? '',
    repository: `${spec?.repository.namespace ?? namespace}/${spec?.repository.name ?? ''}`,
    ...(clusterName === undefined ? {} : { cluster: clusterName }),
    host: spec === undefined ? '' : hostOf(spec.target, namespace, clusterName),
    phase: status.phase as NotificationEvent,
    ...(summary === undefined ? {} : { reason: summary.reason, message: summary.message.slice(0, longestMessage) }),
    attempt: status.attempt ?? 0,
    ...(status.startTime === undefined ? {} : { startTime: status.startTime }),
    ...(status.completionTime === undefined ? {} : { completionTime: status.completionTime }),
    ...(Number.isNaN(seconds) ? {} : { durationSeconds: Math.max(0, Math.round(seconds)) }),
    ...backupFacts(observedStats(status)),
    ...restoreFacts(status.stats),
  }
}

/** A summary travels in a container’s arguments. */
const longestMessage = 4096

type Status = ReturnType<typeof statusOf>
const observedStats = ({ targets = [] }: Status) => targets.flatMap(target => target.stats ?? [])

function backupFacts(stats: ReturnType<typeof observedStats>): Partial<SessionSummary> {
  const snapshots = stats.flatMap(each => each.snapshots ?? [])
  if (snapshots.length === 0) return {}
  const sum = (value: (each: (typeof snapshots)[number]) => number | undefined) =>
    snapshots.reduce((all, each) => all + (value(each) ?? 0), 0)
  return {
    snapshots: snapshots.map(each => each.id),
    bytesAdded: sum(each => each.uploadedBytes),
    bytesProcessed: sum(each => each.totalBytes),
    files: {
      total: sum(each => each.fileStats?.totalFiles),
      new: sum(each => each.fileStats?.newFiles),
      modified: sum(each => each.fileStats?.modifiedFiles),
      unmodified: sum(each => each.fileStats?.unmodifiedFiles),
      unreadable: sum(each => each.fileStats?.unreadableFiles),
    },
  }
}

function restoreFacts(stats: Status['stats']): Partial<SessionSummary> {
  const [first] = stats ?? []
  if (first?.snapshot === undefined) return {}
  return {
    snapshots: first.snapshot.split(','),
    ...(first.bytesRestored === undefined ? {} : { bytesProcessed: first.bytesRestored }),
    ...(first.filesRestored === undefined ? {} : { files: { total: first.filesRestored } }),
  }
}
