import type { Condition, Fields, KubeObject, OwnerReference } from './object.js'
import type { Expression } from './selector.js'

/** The parts of the built-in kinds that the sandbox acts on; everything else passes through untouched. */
export interface EnvVar {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly secretKeyRef?: KeyRef
    readonly configMapKeyRef?: KeyRef
    readonly fieldRef?: { readonly fieldPath: string }
    readonly resourceFieldRef?: {
      readonly resource: string
      readonly containerName?: string
      readonly divisor?: string
    }
  }
}

export interface KeyRef {
  readonly name: string
  readonly key: string
  readonly optional?: boolean
}

export interface VolumeMount {
  readonly name: string
  readonly mountPath: string
  readonly subPath?: string
  readonly subPathExpr?: string
  readonly readOnly?: boolean
}

export interface SecurityContext {
  readonly runAsUser?: number
  readonly runAsGroup?: number
  readonly runAsNonRoot?: boolean
  readonly fsGroup?: number
  readonly fsGroupChangePolicy?: string
  readonly supplementalGroups?: readonly number[]
  readonly readOnlyRootFilesystem?: boolean
  readonly allowPrivilegeEscalation?: boolean
  readonly privileged?: boolean
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] }
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly workingDir?: string
  readonly env?: readonly EnvVar[]
  readonly envFrom?: readonly {
    readonly prefix?: string
    readonly secretRef?: { readonly name: string; readonly optional?: boolean }
    readonly configMapRef?: { readonly name: string; readonly optional?: boolean }
  }[]
  readonly volumeMounts?: readonly VolumeMount[]
  readonly securityContext?: SecurityContext
  readonly resources?: { readonly limits?: Record<string, string>; readonly requests?: Record<string, string> }
  readonly imagePullPolicy?: string
  readonly terminationMessagePath?: string
  readonly terminationMessagePolicy?: string
}

export interface KeyToPath {
  readonly key: string
  readonly path: string
  readonly mode?: number
}

export interface ObjectSource {
  readonly name?: string
  readonly secretName?: string
  readonly optional?: boolean
  readonly items?: readonly KeyToPath[]
  readonly defaultMode?: number
}

export interface DownwardSource {
  readonly items?: readonly {
    readonly path: string
    readonly mode?: number
    readonly fieldRef?: { readonly fieldPath: string }
  }[]
  readonly defaultMode?: number
}

export interface Volume {
  readonly name: string
  readonly emptyDir?: Fields
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean }
  readonly secret?: ObjectSource
  readonly configMap?: ObjectSource
  readonly downwardAPI?: DownwardSource
  readonly projected?: {
    readonly defaultMode?: number
    readonly sources?: readonly {
      readonly secret?: ObjectSource
      readonly configMap?: ObjectSource
      readonly downwardAPI?: DownwardSource
      readonly serviceAccountToken?: { readonly path: string }
    }[]
  }
  readonly hostPath?: { readonly path: string; readonly type?: string }
}

export interface PodSpec {
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly volumes?: readonly Volume[]
  readonly restartPolicy?: string
  readonly nodeName?: string
  readonly nodeSelector?: Record<string, string>
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: {
        readonly nodeSelectorTerms: readonly {
          readonly matchExpressions?: readonly Expression[]
          readonly matchFields?: readonly Expression[]
        }[]
      }
    }
  }
  readonly activeDeadlineSeconds?: number
  readonly terminationGracePeriodSeconds?: number
  readonly serviceAccountName?: string
  readonly automountServiceAccountToken?: boolean
  readonly securityContext?: SecurityContext
  readonly hostname?: string
}

export interface ContainerState {
  readonly waiting?: { readonly reason: string; readonly message?: string }
  readonly running?: { readonly startedAt: string }
  readonly terminated?: {
    readonly exitCode: number
    readonly signal?: number
    readonly reason: string
    readonly message?: string
    readonly startedAt?: string | null
    readonly finishedAt?: string | null
    readonly containerID?: string
  }
}

export interface ContainerStatus {
  readonly name: string
  readonly state: ContainerState
  readonly lastState: ContainerState
  readonly ready: boolean
  readonly started: boolean
  readonly restartCount: number
  readonly image: string
  readonly imageID: string
}

export interface PodStatus {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
  readonly reason?: string
  readonly message?: string
  readonly startTime?: string
  readonly podIP?: string
  readonly conditions?: Condition[]
  readonly initContainerStatuses?: ContainerStatus[]
  readonly containerStatuses?: ContainerStatus[]
}

export interface Pod extends KubeObject {
  spec: PodSpec
  status: PodStatus
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> }
  readonly spec: PodSpec
}

export interface PodFailureRule {
  readonly action: string
  readonly onPodConditions?: readonly { readonly type: string; readonly status?: string }[]
  readonly onExitCodes?: {
    readonly containerName?: string
    readonly operator: string
    readonly values: readonly number[]
  }
}

export interface JobSpec {
  readonly template: PodTemplate
  readonly parallelism?: number
  readonly completions?: number
  readonly backoffLimit?: number
  readonly activeDeadlineSeconds?: number
  readonly ttlSecondsAfterFinished?: number
  readonly suspend?: boolean
  readonly podReplacementPolicy?: string
  readonly podFailurePolicy?: { readonly rules: readonly PodFailureRule[] }
}

export interface JobStatus {
  readonly active?: number
  readonly ready?: number
  readonly terminating?: number
  readonly succeeded?: number
  readonly failed?: number
  readonly startTime?: string
  readonly completionTime?: string
  readonly conditions?: Condition[]
}

export interface Job extends KubeObject {
  spec: JobSpec
  status: JobStatus
}

export interface CronJob extends KubeObject {
  spec: {
    readonly schedule: string
    readonly timeZone?: string
    readonly concurrencyPolicy?: string
    readonly startingDeadlineSeconds?: number
    readonly suspend?: boolean
    readonly successfulJobsHistoryLimit?: number
    readonly failedJobsHistoryLimit?: number
    readonly jobTemplate: {
      readonly metadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> }
      readonly spec: JobSpec
    }
  }
  status: { readonly lastScheduleTime?: string; readonly lastSuccessfulTime?: string; readonly active?: Fields[] }
}

export interface Claim extends KubeObject {
  spec: {
    readonly storageClassName?: string
    readonly volumeName?: string
    readonly accessModes?: readonly string[]
    readonly resources?: { readonly requests?: Record<string, string> }
  }
  status: { readonly phase?: string }
}

export interface PersistentVolume extends KubeObject {
  spec: {
    readonly storageClassName?: string
    readonly claimRef?: { readonly namespace: string; readonly name: string; readonly uid?: string }
    readonly hostPath?: { readonly path: string }
    readonly local?: { readonly path: string }
    readonly accessModes?: readonly string[]
    readonly persistentVolumeReclaimPolicy?: string
    readonly capacity?: Record<string, string>
  }
  status: { readonly phase?: string }
}

export interface Deployment extends KubeObject {
  spec: { readonly replicas?: number; readonly template: PodTemplate }
  status: Fields
}

/** The owner reference a controller writes on its children. */
export function ownedBy(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
}

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(reference => reference.controller === true)
}

export function isFinished(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
}

export function allContainers(spec: PodSpec): readonly Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers]
}
