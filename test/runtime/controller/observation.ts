import { annotations, apiGroup, apiVersion } from '../../../lib/api/group.js'
import { builtInFunctions, builtInTasks } from '../../../lib/built-ins.js'
import { resolve } from '../../../lib/resolver.js'
import type { TaskSource } from '../../../lib/task-source.js'
import type { AnySubject } from '../../../lib/variables.js'
import {
  type BackupSessionObject,
  type ConfigurationObject,
  isBackup,
  type JobObject,
  type RepositoryObject,
  type RestoreSessionObject,
  rfc3339,
  type SessionObject,
} from '../../../runtime/controller/objects.js'
import type { SessionObserved, TemplateVerdict } from '../../../runtime/controller/session/observed.js'
import type { SessionStatus } from '../../../runtime/controller/session/session-status.js'
import type { Settings } from '../../../runtime/controller/settings.js'

export const now = new Date('2026-11-22T12:00:00Z')
/** A time before (negative) or after `now`, as the API writes it. */
export const at = (seconds: number): string => rfc3339(new Date(now.getTime() + seconds * 1000))

export const settings: Settings = {
  namespace: 'holdfast-system',
  image: 'holdfast:test',
  trustedImages: [],
  repositoryFolders: ['/'],
  pushgatewayUrl: 'http://push:9091',
  clusterName: '',
  metricsPort: 0,
  leaderElection: false,
}

export const builtIn = (name: 'pvc-backup' | 'pvc-restore'): TaskSource => ({
  name,
  spec: builtInTasks[name] ?? { steps: [] },
  functions: builtInFunctions,
})

export function repository(
  spec: Partial<RepositoryObject['spec']> = {},
  status: RepositoryObject['status'] = { id: 'f'.repeat(64) },
  metadata: Partial<RepositoryObject['metadata']> = {},
): RepositoryObject {
  return {
    apiVersion,
    kind: 'Repository',
    metadata: { name: 'store', namespace: 'shop', uid: 'repository-uid', ...metadata },
    spec: {
      backend: { s3: { endpoint: 's3.test', bucket: 'backups' }, storageSecretName: 'store-keys' },
      ...spec,
    },
    status,
  }
}

export function configuration(
  spec: Partial<ConfigurationObject['spec']> = {},
  status?: ConfigurationObject['status'],
  metadata: Partial<ConfigurationObject['metadata']> = {},
): ConfigurationObject {
  return {
    apiVersion,
    kind: 'BackupConfiguration',
    metadata: {
      name: 'data',
      namespace: 'shop',
      uid: 'configuration-uid',
      generation: 1,
      creationTimestamp: at(-30 * 86_400),
      ...metadata,
    },
    spec: {
      target: { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data' } },
      repository: { name: 'store' },
      schedule: '0 3 * * *',
      retentionPolicy: { keepLast: 5 },
      ...spec,
    },
    ...(status === undefined ? {} : { status }),
  }
}

export const ownerReference = {
  apiVersion,
  kind: 'BackupConfiguration',
  name: 'data',
  uid: 'configuration-uid',
  controller: true,
  blockOwnerDeletion: false,
}

export function backupSession(
  status: SessionStatus = {},
  metadata: Partial<BackupSessionObject['metadata']> = {},
): BackupSessionObject {
  return {
    apiVersion,
    kind: 'BackupSession',
    metadata: {
      name: 'data-202611221159',
      namespace: 'shop',
      uid: 'session-uid',
      generation: 1,
      creationTimestamp: at(-60),
      ownerReferences: [ownerReference],
      ...metadata,
    },
    spec: { invoker: { apiGroup, kind: 'BackupConfiguration', name: 'data' } },
    status: status as NonNullable<BackupSessionObject['status']>,
  }
}

export function restoreSession(
  spec: Partial<RestoreSessionObject['spec']> = {},
  status: SessionStatus = {},
  metadata: Partial<RestoreSessionObject['metadata']> = {},
): RestoreSessionObject {
  return {
    apiVersion,
    kind: 'RestoreSession',
    metadata: {
      name: 'back',
      namespace: 'shop',
      uid: 'restore-uid',
      generation: 1,
      creationTimestamp: at(-60),
      ...metadata,
    },
    spec: {
      target: {
        ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data' },
        rules: [{ snapshots: ['latest'] }],
      },
      repository: { name: 'store' },
      ...spec,
    },
    status: status as NonNullable<RestoreSessionObject['status']>,
  }
}

/** The status of a session whose first attempt runs. */
export const begun = (more: SessionStatus = {}): SessionStatus => ({
  phase: 'Running',
  attempt: 1,
  jobName: 'job-1',
  jobUID: 'job-uid',
  startTime: at(-50),
  sessionDeadline: at(3600),
  ...more,
})

export function job(metadata: Partial<JobObject['metadata']> = {}, conditions: string[] = []): JobObject {
  const session = { apiVersion, kind: 'BackupSession', name: 'data-202611221159', uid: 'session-uid' }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'job-1',
      namespace: 'shop',
      uid: 'job-uid',
      creationTimestamp: at(-30),
      ownerReferences: [session],
      ...metadata,
    },
    status: { conditions: conditions.map(type => ({ type, status: 'True', lastTransitionTime: at(-5) })) },
  }
}

export function subjectOf(
  session: SessionObject,
  policy: ConfigurationObject | undefined,
  store: RepositoryObject,
): AnySubject | undefined {
  const { name, namespace = '' } = store.metadata
  const common = {
    namespace: session.metadata.namespace ?? '',
    repository: { name, namespace, spec: store.spec },
    image: settings.image,
  }
  if (!isBackup(session)) return { ...common, kind: 'RestoreSession', name: session.metadata.name, spec: session.spec }
  if (policy === undefined) return undefined
  return { ...common, kind: 'BackupConfiguration', name: policy.metadata.name, spec: policy.spec }
}

export function resolved(subject: AnySubject): TemplateVerdict {
  const task = builtIn(subject.kind === 'BackupConfiguration' ? 'pvc-backup' : 'pvc-restore')
  const resolution = resolve(subject, task)
  return resolution.ok
    ? { ok: true, template: resolution.template, functionsChanged: false, committed: false }
    : { ok: false, reason: 'TaskInvalid', problems: resolution.problems }
}

/** A session of which everything is in order, with what differs; subject and template follow from the rest. */
export function observe(different: Partial<SessionObserved> = {}): SessionObserved {
  const session = different.session ?? backupSession()
  const policy =
    'configuration' in different ? different.configuration : isBackup(session) ? configuration() : undefined
  const store = 'repository' in different ? different.repository : repository()
  const subject = store === undefined ? undefined : subjectOf(session, policy, store)
  return {
    now,
    settings,
    namespaceLabels: {},
    claim: {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'shop' },
      status: { phase: 'Bound' },
    },
    siblings: [],
    store: { active: [], olderWaiting: 0, maintaining: false },
    subject,
    template: subject === undefined ? undefined : resolved(subject),
    ...different,
    session,
    configuration: policy,
    repository: store,
  }
}

export const scheduled = { annotations: { [annotations.scheduledAt]: at(-60) } }
