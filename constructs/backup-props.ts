import type { Duration } from 'cdk8s'
import type { BackupConfigurationSpec } from '../lib/api/backup-configuration.js'
import type { TimeWindow } from '../lib/objective/time-window.js'
import type { MoverProps } from './mover-props.js'
import type { Retention } from './retention.js'
import type { Schedule } from './schedule.js'
import type { TriggerProps } from './trigger.js'

/** What every backup policy of a volume can say. */
export interface SharedBackupProps extends MoverProps {
  /** Which snapshots stay. */
  readonly retention: Retention
  /** Folders under the mount path, a snapshot each. @default - the mount path */
  readonly paths?: readonly string[]
  /** Patterns of restic that are left out. @default - none */
  readonly exclude?: readonly string[]
  /** Further flags of `restic backup`, from an allow-list. @default - none */
  readonly args?: readonly string[]
  /** How long a session usually takes: what spreading runs and finding collisions reckon with. @default 10 minutes */
  readonly expectedDuration?: Duration
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

/** A policy with an objective: schedule, deadlines and alert threshold follow from it, so it cannot state them. */
export interface ObjectiveBackupProps extends SharedBackupProps {
  /**
   * Recovery point objective: the oldest that the newest good backup may be. Sessions are as frequent as
   * `gap + startingDeadline + 5m + timeOut <= rpo` asks for, and beyond it the policy is not Ready.
   */
  readonly rpo: Duration
  /** When sessions may start, every day. @default - at any time */
  readonly window?: TimeWindow
  /** Longest that a session takes, all attempts together. @default - as long as the objective leaves */
  readonly longestSession?: Duration
  readonly schedule?: never
  readonly startingDeadline?: never
  readonly timeOut?: never
  readonly recoveryPointObjective?: never
}

/** A policy with a schedule and deadlines of its own. */
export interface ScheduledBackupProps extends SharedBackupProps {
  /** When sessions are due. */
  readonly schedule: Schedule
  /** Oldest that the newest good backup may be; the schedule has to be able to keep it. @default - none */
  readonly recoveryPointObjective?: string
  /** How late a missed run is still made up for. @default 1h */
  readonly startingDeadline?: string
  readonly rpo?: never
  readonly window?: never
  readonly longestSession?: never
}

/** A backup policy of one volume: with an objective, or with a schedule. */
export type VolumeBackupProps = ObjectiveBackupProps | ScheduledBackupProps
