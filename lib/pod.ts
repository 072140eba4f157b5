/** The parts of core/v1 and batch/v1 that the resolver writes and the gate reads; anything else passes as it is. */
export interface EnvVar {
  readonly name: string
  readonly value?: string | undefined
  readonly valueFrom?: unknown
}

export interface VolumeMount {
  readonly name: string
  readonly mountPath: string
  readonly subPath?: string
  readonly readOnly?: boolean
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly imagePullPolicy?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly workingDir?: string
  readonly env?: readonly EnvVar[]
  readonly envFrom?: readonly unknown[]
  readonly ports?: readonly unknown[]
  readonly volumeMounts?: readonly VolumeMount[]
  readonly volumeDevices?: readonly unknown[]
  readonly resources?: unknown
  readonly securityContext?: ContainerSecurityContext
  readonly terminationMessagePath?: string
  readonly terminationMessagePolicy?: string
}

export interface ContainerSecurityContext {
  readonly runAsUser?: number
  readonly runAsGroup?: number
  readonly allowPrivilegeEscalation?: boolean
  readonly readOnlyRootFilesystem?: boolean
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] }
  readonly seLinuxOptions?: unknown
}

export interface Volume {
  readonly name: string
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean }
  readonly secret?: { readonly secretName?: string; readonly optional?: boolean }
  readonly emptyDir?: unknown
  readonly [source: string]: unknown
}

export interface PodSpec {
  readonly restartPolicy: 'Never'
  readonly serviceAccountName: string
  readonly automountServiceAccountToken: boolean
  readonly enableServiceLinks: boolean
  readonly activeDeadlineSeconds: number
  readonly terminationGracePeriodSeconds: number
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly initContainers: readonly Container[]
  readonly containers: readonly Container[]
  readonly volumes: readonly Volume[]
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly affinity?: unknown
  readonly [field: string]: unknown
}

/** A Job’s metadata and spec, as in `CronJob.spec.jobTemplate` (batch/v1). */
export interface JobTemplate {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
  }
  readonly spec: {
    readonly backoffLimit: number
    readonly completions: number
    readonly parallelism: number
    readonly activeDeadlineSeconds: number
    readonly podReplacementPolicy: string
    readonly podFailurePolicy: unknown
    readonly template: {
      readonly metadata: {
        readonly labels: Readonly<Record<string, string>>
        readonly annotations?: Readonly<Record<string, string>>
      }
      readonly spec: PodSpec
    }
  }
}
