import type { KubeObject } from '../../../sandbox/index.js'

/** One change of the store, as the sandbox announces it. */
export interface SceneChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** Plural and group: `jobs.batch`. */
  readonly resource: string
  readonly object: KubeObject
  readonly previous?: KubeObject | undefined
}

/** What the invariants may look at beside the change itself. */
export interface Scene {
  now(): Date
  /** The live objects of a resource. */
  list(resource: string): readonly KubeObject[]
  /** Ids of the snapshots that lie in the flow's repositories now. */
  stored(): ReadonlySet<string>
}

interface Described {
  readonly phase?: string
  readonly attempt?: number
  readonly jobName?: string
  readonly finishJobName?: string
  readonly completionTime?: string
  readonly sessionDeadline?: string
  readonly targets?: readonly { readonly stats?: readonly { readonly snapshots?: readonly { id: string }[] }[] }[]
}

/** The status of a session, as far as invariants read it. */
export const sessionStatus = (object: KubeObject | undefined): Described => (object?.['status'] ?? {}) as Described

export const sessionResources = ['backupsessions.holdfast.dev', 'restoresessions.holdfast.dev'] as const
export const isSession = (resource: string): boolean => sessionResources.some(each => each === resource)

/** `Kind namespace/name`, for sentences. */
export const called = ({ kind, metadata }: KubeObject): string =>
  `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`

interface ContainerState {
  readonly state?: { readonly running?: unknown; readonly terminated?: unknown }
}
interface PodStatus {
  readonly phase?: string
  readonly initContainerStatuses?: readonly ContainerState[]
  readonly containerStatuses?: readonly ContainerState[]
}

const statuses = (pod: KubeObject): readonly ContainerState[] => {
  const { initContainerStatuses = [], containerStatuses = [] } = (pod['status'] ?? {}) as PodStatus
  return [...initContainerStatuses, ...containerStatuses]
}

/** Whether a container of the pod runs at this moment. */
export const runs = (pod: KubeObject): boolean => statuses(pod).some(({ state }) => state?.running !== undefined)
/** Whether a container of the pod has ever begun. */
export const hasRun = (pod: KubeObject): boolean =>
  statuses(pod).some(({ state }) => state?.running !== undefined || state?.terminated !== undefined)
