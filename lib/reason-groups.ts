import { type Reason, reasons } from './reason.js'

// What a backup cannot fail for. A new reason is one that it can fail for, until it stands here: a row too many in a
// runbook does no harm.
const noBackupFailures = new Set<Reason>([
  ...(['SnapshotConfirmed', 'RestoreCompleted', 'HookSucceeded', 'HookSkipped'] as const),
  ...(['TargetNotEmpty', 'TargetNotWritable', 'TargetFull', 'TargetOutsideVolume'] as const),
  ...(['SnapshotNotFound', 'RestoreIncomplete'] as const),
  ...(['Waiting', 'RepositoryBusy', 'ConcurrencyLimited', 'TargetBusy', 'RetryScheduled'] as const),
  ...(['Overlapping', 'Superseded', 'Paused', 'Running', 'JobCreated', 'CatchUp', 'HistoryCleaned'] as const),
  ...(['Available', 'NotReported', 'CronJobMissing', 'RecoveryPointTooOld', 'NeverSucceeded'] as const),
  ...(['Protected', 'FunctionsChanged'] as const),
  ...(['CheckFailed', 'CheckSucceeded', 'RepositoryDamaged', 'RetentionApplied', 'RetentionFailed'] as const),
  ...(['NotificationsPending', 'NotificationsSent', 'NotificationFailed'] as const),
  ...(['MetricsPushed', 'MetricsNotPushed'] as const),
])

/** Reasons that a failed backup can have. */
export const backupFailures: readonly Reason[] = (Object.keys(reasons) as Reason[]).filter(
  each => !noBackupFailures.has(each),
)

/** Reasons for which a Repository cannot be used, beside damage. */
export const storeFaults: readonly Reason[] = [
  'BackendUnreachable',
  'BackendDenied',
  'WrongPassword',
  'SecretMissing',
  'SecretKeyMissing',
  'RepositoryVanished',
  'RepositoryReplaced',
]

/** Reasons for which a policy is not ready, beside how its last session ended and how old its newest backup is. */
export const policyFaults: readonly Reason[] = [
  'InvalidSpec',
  'RepositoryNotFound',
  'TargetNotFound',
  'CronJobMissing',
  'IdentityConflict',
  'SecretMissing',
  'SecretKeyMissing',
  'WrongPassword',
  'BackendDenied',
]
