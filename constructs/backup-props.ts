import type { BackupConfigurationSpec } from '../lib/api/backup-configuration.js'
import { defaultHistoryLimit, defaultRetryDelay, defaultStartingDeadline } from '../lib/resolver-defaults.js'
import { type MoverProps, repositoryFields, sharedFields, targetFields, taskFields } from './mover-props.js'
import type { Retention } from './retention.js'
import type { Schedule } from './schedule.js'
import type { TriggerProps } from './trigger.js'

/** A backup policy of one volume. */
export interface VolumeBackupProps extends MoverProps {
  /** When sessions are due. */
  readonly schedule: Schedule
  /** Which snapshots stay. */
  readonly retention: Retention
  /** Folders under the mount path, a snapshot each. @default - the mount path */
  readonly paths?: readonly string[]
  /** Patterns of restic that are left out. @default - none */
  readonly exclude?: readonly string[]
  /** Further flags of `restic backup`, from an allow-list. @default - none */
  readonly args?: readonly string[]
  /** Oldest that the newest good backup may be. @default - none */
  readonly recoveryPointObjective?: string
  /** How late a missed run is still made up for. @default 1h */
  readonly startingDeadline?: string
  /** Skips scheduled sessions and suspends the CronJob. @default false */
  readonly paused?: boolean
  /** Finished sessions that are kept; the last Succeeded and the last Failed always are. @default 5 */
  readonly backupHistoryLimit?: number
  /** Attempts of the same session after a failure. @default - none */
  readonly retryConfig?: BackupConfigurationSpec['retryConfig']
  /** When files could not be read: Failed or PartiallySucceeded. @default Fail */
  readonly partialPolicy?: 'Fail' | 'Accept'
  /** When there was no file at all: Failed or Succeeded. @default Fail */
  readonly emptySourcePolicy?: 'Fail' | 'Accept'
  /** What runs before and after. @default - nothing */
  readonly hooks?: BackupConfigurationSpec['hooks']
  /** The pod that creates the sessions. */
  readonly trigger?: TriggerProps
}

/** The spec of a policy with every default written out, less the Job template. */
export function backupSpec(props: VolumeBackupProps, namespace: string | undefined): BackupConfigurationSpec {
  const { recoveryPointObjective, retryConfig, hooks } = props
  return {
    target: backupTarget(props),
    repository: repositoryFields(props, namespace),
    task: taskFields(props.task, 'pvc-backup'),
    // Absent only when a program without types says so; validation names it.
    schedule: props.schedule?.expression,
    timeZone: props.schedule?.timeZone,
    ...(recoveryPointObjective === undefined ? {} : { recoveryPointObjective }),
    startingDeadline: props.startingDeadline ?? defaultStartingDeadline,
    paused: props.paused ?? false,
    backupHistoryLimit: props.backupHistoryLimit ?? defaultHistoryLimit,
    retentionPolicy: props.retention?.policy,
    ...(retryConfig === undefined ? {} : { retryConfig: { delay: defaultRetryDelay, ...retryConfig } }),
    partialPolicy: props.partialPolicy ?? 'Fail',
    emptySourcePolicy: props.emptySourcePolicy ?? 'Fail',
    ...(hooks === undefined ? {} : { hooks }),
    ...sharedFields(props),
  }
}

function backupTarget(props: VolumeBackupProps): BackupConfigurationSpec['target'] {
  const { exclude, args } = props
  const target = targetFields(props)
  return {
    ...target,
    paths: props.paths === undefined ? target.volumeMounts.map(mount => mount.mountPath) : [...props.paths],
    ...(exclude === undefined ? {} : { exclude: [...exclude] }),
    ...(args === undefined ? {} : { args: [...args] }),
  }
}
