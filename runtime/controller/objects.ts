import type { BackupConfigurationSpec, BackupConfigurationStatus } from '../../lib/api/backup-configuration.js'
import type { BackupSessionSpec, BackupSessionStatus } from '../../lib/api/backup-session.js'
import type { FunctionSpec } from '../../lib/api/function.js'
import type { RepositorySpec, RepositoryStatus } from '../../lib/api/repository.js'
import type { RestoreSessionSpec, RestoreSessionStatus } from '../../lib/api/restore-session.js'
import type { TaskSpec } from '../../lib/api/task.js'
import type { KubeObject } from '../kube/object.js'
import { holdfast } from '../kube/resource.js'

export const REPOSITORIES = holdfast('repositories', 'Repository', true)
export const CONFIGURATIONS = holdfast('backupconfigurations', 'BackupConfiguration', true)
export const BACKUP_SESSIONS = holdfast('backupsessions', 'BackupSession', true)
export const RESTORE_SESSIONS = holdfast('restoresessions', 'RestoreSession', true)
export const FUNCTIONS = holdfast('functions', 'Function', false)
export const TASKS = holdfast('tasks', 'Task', false)

interface Stored<Spec, Status> extends KubeObject {
  spec: Spec
  status?: Status
}

export type RepositoryObject = Stored<RepositorySpec, RepositoryStatus>
export type ConfigurationObject = Stored<BackupConfigurationSpec, BackupConfigurationStatus>
export type BackupSessionObject = Stored<BackupSessionSpec, BackupSessionStatus>
export type RestoreSessionObject = Stored<RestoreSessionSpec, RestoreSessionStatus>
export type FunctionObject = Stored<FunctionSpec, never>
export type TaskObject = Stored<TaskSpec, never>
/** What runs as a Job and ends: a backup or a restore. */
export type SessionObject = BackupSessionObject | RestoreSessionObject

export const isBackup = (session: SessionObject): session is BackupSessionObject => session.kind === 'BackupSession'

/** The condition of core/v1 and batch/v1 objects, as far as the controller reads it. */
export interface StatusCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime?: string
}

export interface JobObject extends KubeObject {
  status?: { readonly conditions?: readonly StatusCondition[]; readonly startTime?: string }
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string }
  readonly running?: { readonly startedAt?: string }
  readonly terminated?: {
    readonly exitCode: number
    readonly reason?: string
    readonly message?: string
    readonly signal?: number
    readonly finishedAt?: string
  }
}

export interface ContainerStatus {
  readonly name: string
  readonly state?: ContainerState
}

export interface PodObject extends KubeObject {
  spec?: { readonly nodeName?: string }
  status?: {
    readonly phase?: string
    readonly reason?: string
    readonly message?: string
    readonly conditions?: readonly StatusCondition[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

export interface ClaimObject extends KubeObject {
  spec?: { readonly accessModes?: readonly string[]; readonly storageClassName?: string; readonly volumeName?: string }
  status?: { readonly phase?: string }
}

/** A time of the Kubernetes API as a Date; the epoch for an object that was never stored. */
export const createdAt = (object: KubeObject): Date => new Date(object.metadata.creationTimestamp ?? 0)

/** RFC 3339 without fractions, as the Kubernetes API writes times. */
export const rfc3339 = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z')
