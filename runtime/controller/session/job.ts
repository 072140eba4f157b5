import { annotations, labels, managedBy } from '../../../lib/api/group.js'
import type { InterimVolumeTemplate } from '../../../lib/api/mover.js'
import { digestOf } from '../../../lib/digest.js'
import { guardedEnvironment } from '../../../lib/mover-environment.js'
import { interimClaimName, labelValue } from '../../../lib/names.js'
import type { Container, JobTemplate, PodSpec, Volume } from '../../../lib/pod.js'
import { reportingSteps } from '../../../lib/reporting-step.js'
import { jobDeadlineMargin } from '../../../lib/resolver-defaults.js'
import { type SessionValues, withSessionEnvironment } from '../../../lib/session-variables.js'
import { interimClaimPlaceholder } from '../../../lib/volumes.js'
import type { KubeObject, OwnerReference } from '../../kube/object.js'
import { isBackup, type SessionObject } from '../objects.js'
import type { SessionObserved } from './observed.js'
import { onNode } from './placement.js'
import { boundsOf, deadlineOf } from './status.js'

/** Owner of all that a session makes: the garbage collector removes it after the session. */
export function ownedBy(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: false,
  }
}

/** Whether a session made this object: a name or a uid in a status says nothing, for others may write there. */
export const isOwnedBy = (object: KubeObject, owner: KubeObject): boolean =>
  (object.metadata.ownerReferences ?? []).some(({ uid }) => uid !== '' && uid === owner.metadata.uid)

/** Labels of what a session makes. The owner’s own labels are never copied: GitOps tools would adopt and prune it. */
export function childLabels(session: SessionObject, job: string): Record<string, string> {
  const key = isBackup(session) ? labels.session : labels.restore
  return {
    [labels.managedBy]: managedBy,
    [labels.job]: job,
    [key]: labelValue(session.metadata.name),
    ...(isBackup(session) ? { [labels.configuration]: labelValue(session.spec.invoker.name) } : {}),
  }
}

/** The values of the session-scoped variables of one attempt. */
export function sessionValues(observed: SessionObserved, attempt: number): SessionValues {
  const { session, repository, settings } = observed
  const id = repository?.status?.id ?? ''
  return {
    BACKUP_SESSION: isBackup(session) ? session.metadata.name : '',
    RESTORE_SESSION: isBackup(session) ? '' : session.metadata.name,
    SESSION_UID: session.metadata.uid ?? '',
    ATTEMPT: String(attempt),
    REPOSITORY_ID: id,
    // Admission lets a session begin without an id only while it is alone at the store.
    MAY_INITIALIZE: String(isBackup(session) && id === ''),
    PROMETHEUS_PUSHGATEWAY_URL: settings.pushgatewayUrl,
    PROMETHEUS_CLUSTER_NAME: settings.clusterName,
  }
}

/** The Job of one attempt, out of a template that has passed the gate. */
export function sessionJob(
  observed: SessionObserved,
  template: JobTemplate,
  attempt: number,
  name: string,
): KubeObject {
  const { session, settings, now } = observed
  const { startDeadline } = boundsOf(observed)
  const remaining = Math.max(1, Math.ceil((deadlineOf(observed).getTime() - now.getTime()) / 1000))
  const pod = template.spec.template.spec
  const activeDeadlineSeconds = Math.min(pod.activeDeadlineSeconds, remaining)
  const own = childLabels(session, isBackup(session) ? 'backup' : 'restore')
  const all = [...pod.initContainers, ...pod.containers]
  const reporting = reportingSteps(all, [settings.image, ...settings.trustedImages])
  const values = sessionValues(observed, attempt)
  const withEnvironment = (container: Container) => ({
    ...container,
    env: withSessionEnvironment(
      values,
      Object.hasOwn(reporting, container.name)
        ? guardedEnvironment(container.env ?? [], container.envFrom)
        : container.env,
    ),
  })
  const podSpec: PodSpec = {
    ...onNode(pod, observed.node),
    activeDeadlineSeconds,
    initContainers: pod.initContainers.map(withEnvironment),
    containers: pod.containers.map(withEnvironment),
    volumes: pod.volumes.map(volume => withInterimClaim(volume, observed)),
  }
  const spec = {
    ...template.spec,
    activeDeadlineSeconds: activeDeadlineSeconds + Math.ceil(startDeadline / 1000) + jobDeadlineMargin,
    template: {
      ...template.spec.template,
      metadata: { ...template.spec.template.metadata, labels: { ...template.spec.template.metadata.labels, ...own } },
      spec: podSpec,
    },
  }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: session.metadata.namespace ?? '',
      labels: { ...template.metadata.labels, ...own },
      annotations: {
        [annotations.specHash]: digestOf(spec),
        [annotations.reports]: JSON.stringify(reporting),
      },
      ownerReferences: [ownedBy(session)],
    },
    spec,
  }
}

function withInterimClaim(volume: Volume, observed: SessionObserved): Volume {
  if (volume.persistentVolumeClaim?.claimName !== interimClaimPlaceholder) return volume
  return {
    ...volume,
    persistentVolumeClaim: {
      claimName: interimClaimNameOf(observed.session, observed.subject?.spec.interimVolumeTemplate),
    },
  }
}

/** Name of a session’s interim claim. */
export function interimClaimNameOf(session: SessionObject, template: InterimVolumeTemplate | undefined): string {
  return interimClaimName(session.metadata.name, session.metadata.uid ?? '', template?.metadata?.name ?? 'interim')
}

/** The claim of a session’s interim volume. */
export function interimClaim({ session }: SessionObserved, template: InterimVolumeTemplate): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: interimClaimNameOf(session, template),
      namespace: session.metadata.namespace ?? '',
      labels: childLabels(session, 'interim'),
      ownerReferences: [ownedBy(session)],
    },
    spec: template.spec,
  }
}
