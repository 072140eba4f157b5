import { annotations, labels } from '../../lib/api/group.js'
import { boundedDepth } from '../../lib/depth.js'
import { type KubeObject, type OwnerReference, withoutManagedFields } from '../kube/object.js'
import type {
  BackupSessionObject,
  ClaimObject,
  ContainerState,
  ContainerStatus,
  JobObject,
  PodObject,
  RestoreSessionObject,
  StatusCondition,
} from './objects.js'
import { owesNotifications } from './session/owed-notifications.js'
import { hasEnded } from './session/session-status.js'

// What a decision does not read is not remembered: five thousand Jobs, their pods and sessions must fit into the
// memory of a small controller.

/** Of a Job: whose it is, and how it stands. */
export function jobFacts({ apiVersion, kind, metadata, status }: JobObject): JobObject {
  const { conditions, startTime } = status ?? {}
  const facts = { apiVersion, kind, metadata: identity(metadata) }
  if (status === undefined) return facts
  return {
    ...facts,
    status: present<NonNullable<JobObject['status']>>({ conditions: conditions?.map(said), startTime }),
  }
}

/** Of a pod: whose it is, where it runs, and what its containers say. */
export function podFacts({ apiVersion, kind, metadata, spec, status }: PodObject): PodObject {
  const place = present<NonNullable<PodObject['spec']>>({ nodeName: spec?.nodeName })
  const facts = { apiVersion, kind, metadata: identity(metadata), spec: place }
  if (status === undefined) return facts
  const { phase, reason, message, conditions, initContainerStatuses, containerStatuses } = status
  return {
    ...facts,
    status: present<NonNullable<PodObject['status']>>({
      phase,
      reason,
      message,
      conditions: conditions?.map(said),
      initContainerStatuses: initContainerStatuses?.map(containerFacts),
      containerStatuses: containerStatuses?.map(containerFacts),
    }),
  }
}

/** Of a session that has ended, and of whose end everybody was told: that it did, when and how; its own status in the cluster keeps the rest. */
export function backupFacts(session: BackupSessionObject): BackupSessionObject {
  const owned = withoutManagedFields(session)
  if (!hasEnded(session) || owesNotifications(session)) return owned
  const conditions = (session.status?.conditions ?? []).filter(({ type }) => readAfterwards.has(type))
  const targets = session.status?.targets?.map(each => ({ ...each, stats: each.stats?.map(countsOnly) }))
  return {
    ...owned,
    status: { ...session.status, conditions, ...(targets === undefined ? {} : { targets }) },
  } as typeof session
}

type HostStats = NonNullable<
  NonNullable<NonNullable<BackupSessionObject['status']>['targets']>[number]['stats']
>[number]

// An empty backup is told by its count of files; metrics tell of the bytes.
function countsOnly({ snapshots, ...stats }: HostStats) {
  const counts = snapshots?.map(({ totalBytes, uploadedBytes, fileStats }) => ({
    totalBytes,
    uploadedBytes,
    fileStats: { totalFiles: fileStats?.totalFiles },
  }))
  return snapshots === undefined ? stats : { ...stats, snapshots: counts }
}

const readAfterwards = new Set(['Ready', 'BackendSecretFound'])

/** Of a claim: how it is bound. */
export function claimFacts({ apiVersion, kind, metadata, spec, status }: ClaimObject): ClaimObject {
  const { name, namespace, uid, resourceVersion, deletionTimestamp } = metadata
  const { accessModes, storageClassName, volumeName } = spec ?? {}
  return {
    ...{ apiVersion, kind, metadata: present({ name, namespace, uid, resourceVersion, deletionTimestamp }) },
    ...(spec === undefined
      ? {}
      : { spec: present<NonNullable<ClaimObject['spec']>>({ accessModes, storageClassName, volumeName }) }),
    ...(status === undefined ? {} : { status: present<NonNullable<ClaimObject['status']>>({ phase: status.phase }) }),
  } as ClaimObject
}

/** That it is there. */
export function onlyName({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion } = metadata
  return { apiVersion, kind, metadata: present({ name, namespace, uid, resourceVersion }) as KubeObject['metadata'] }
}

function identity(metadata: KubeObject['metadata']): KubeObject['metadata'] {
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp } = metadata
  return {
    name,
    namespace: shared(namespace),
    uid,
    resourceVersion,
    creationTimestamp,
    deletionTimestamp,
    labels: pick(metadata.labels, readLabels),
    annotations: pick(metadata.annotations, readAnnotations),
    ownerReferences: metadata.ownerReferences?.map(ownerFacts),
  } as KubeObject['metadata']
}

const readLabels = new Set([...Object.values(labels), 'batch.kubernetes.io/job-name'])
const readAnnotations = new Set<string>([annotations.reports])

function pick(all: Readonly<Record<string, string>> | undefined, wanted: ReadonlySet<string>) {
  const entries = Object.entries(all ?? {}).filter(([key]) => wanted.has(key))
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map(([key, value]) => [key, shared(value)]))
}

const ownerFacts = ({ apiVersion, kind, name, uid, controller }: OwnerReference): OwnerReference => ({
  apiVersion: shared(apiVersion),
  kind: shared(kind),
  name: shared(name),
  uid: shared(uid),
  ...(controller === undefined ? {} : { controller }),
})

const known = new Map<string, string>()
const mostKnown = 20_000

/** The same text for all who say it: names and conditions of a thousand objects repeat each other. */
function shared<T extends string | undefined>(text: T): T {
  if (text === undefined || text.length > 100) return text
  const first = known.get(text)
  if (first !== undefined) return first as T
  if (known.size >= mostKnown) known.clear()
  known.set(text, text)
  return text
}

const said = ({ type, status, reason, message, lastTransitionTime }: StatusCondition): StatusCondition =>
  present<StatusCondition>({ type, status, reason, message, lastTransitionTime })

const containerFacts = ({ name, state }: ContainerStatus): ContainerStatus =>
  present<ContainerStatus>({ name, state: state === undefined ? undefined : stateFacts(state) })

type Defined<State extends keyof ContainerState> = NonNullable<ContainerState[State]>

function stateFacts({ waiting, running, terminated }: ContainerState): ContainerState {
  if (waiting !== undefined)
    return { waiting: present<Defined<'waiting'>>({ reason: waiting.reason, message: waiting.message }) }
  if (running !== undefined) return { running: {} }
  if (terminated === undefined) return {}
  const { exitCode, reason, message, signal, finishedAt } = terminated
  return { terminated: present<Defined<'terminated'>>({ exitCode, reason, message, signal, finishedAt }) }
}

// A literal with all its fields, absent ones too, takes half the memory of an object that is put together. With its type
// given it must name every field that the type has: what somebody reads cannot be forgotten here.
const present = <T>(fields: { readonly [Field in keyof T]-?: T[Field] | undefined }) => fields as T

/** A restore; a part of it may be as deep as the API server takes anything, and every reader would end on that. */
export function restoreFacts(restore: RestoreSessionObject): RestoreSessionObject {
  return { ...withoutManagedFields(restore), spec: boundedDepth(restore.spec) }
}
