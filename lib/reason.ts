/**
 * Why something is as it is: the reasons of conditions, events and step reports, each with what a person can do.
 * A reason is part of the interface: alerts and runbooks name it.
 */
export const reasons = {
  // How sessions end well.
  SnapshotConfirmed: 'The repository confirmed every snapshot of the session.',
  RestoreCompleted: 'Every selected snapshot was restored.',
  // What restic and the store say.
  RepositoryNotInitialized:
    'There is no repository at the backend, and this session was not allowed to make one; the next one that runs alone will.',
  RepositoryVanished:
    'A repository that was there is gone. Holdfast never makes it anew: check bucket, prefix and volume.',
  RepositoryReplaced:
    'The backend holds another repository than before. Check bucket and prefix; to accept the new one, delete and re-apply the Repository object.',
  RepositoryLocked:
    'Another restic process holds the repository’s lock. It is stale after 30 minutes; `restic unlock` removes a stale one.',
  WrongPassword:
    'RESTIC_PASSWORD in the Secret does not open the repository. Restore the password that it was made with.',
  BackendUnreachable: 'The store does not answer. Check endpoint, network policy and DNS.',
  BackendDenied: 'The store refuses the credentials of the Secret. Renew them, and see what they may do.',
  StoreFull:
    'The store has no space left for the repository, or its quota is used up. What is stored is safe: make room, and the next session goes on.',
  ScratchFull: 'The scratch volume of the mover is full. Raise tempDir.sizeLimit, or leave it out.',
  SecretMissing: 'The repository’s Secret is not in the namespace of the Job. Make it there.',
  SecretKeyMissing: 'The Secret lacks a key that the backend needs. The message names it.',
  ResticFailed: 'restic failed for a reason that Holdfast does not know; its own words are in the message.',
  SummaryMissing: 'restic ended well but gave no summary with a snapshot id, so nothing is taken for granted.',
  SnapshotNotConfirmed:
    'The repository does not have the snapshot that the mover reported. Back up again, and check the repository.',
  // What the source and the target say.
  PathMissing: 'A path of the target does not exist in the volume. Correct target.paths.',
  PathNotDirectory: 'A path of the target is not a folder. Name the folder it lies in.',
  EmptySource: 'There was no file to back up. If that is right, set emptySourcePolicy: Accept.',
  SourceUnreadable:
    'Some files could not be read, so the snapshot is incomplete. Set readAs to the files’ owner, or partialPolicy: Accept.',
  TargetNotEmpty: 'The folder to restore into holds files. Set overwrite: Merge or Replace if they may go.',
  TargetNotWritable:
    'The mover may not write into the target. Set readAs.user to the owner of the volume, or readAs.fsGroup where a new volume belongs to nobody yet.',
  TargetFull: 'The volume that is restored into has no space left. Make room, or restore into a larger claim.',
  TargetOutsideVolume:
    'The folder to restore into leads out of the volume, by `..` or a symbolic link. Choose a destination inside it.',
  SnapshotNotFound: 'The repository has no snapshot that the rule selects. `restic snapshots` lists those that it has.',
  RestoreIncomplete:
    'Some files could not be restored. Restore them again with overwrite: Merge once the cause is gone.',
  // Hooks.
  PreHookFailed: 'The hook before failed, so nothing was done. See what the application says.',
  PostHookFailed: 'The hook after failed. See that the application runs as it should; the snapshot is safe.',
  HookSucceeded: 'The hook succeeded.',
  HookSkipped: 'The hook’s execution policy did not apply.',
  // What stops a mover.
  Interrupted: 'The mover was told to stop before it was done. The next session starts anew.',
  StepFailed: 'A step of the Task failed. Its container’s log says more.',
  ImageNotPulled: 'The image of a step cannot be had. Check its name and imagePullSecrets.',
  ContainerConfigInvalid: 'A container cannot be made: a Secret or ConfigMap that it names is missing.',
  Unschedulable:
    'No node takes the pod. Compare its requests, nodeSelector and tolerations with the nodes, and see that its claim is bound.',
  PodNotStarted:
    'The pod did not start within startDeadline. `kubectl describe pod` says what it waits for; raise startDeadline if that only takes long.',
  ResticKilled:
    'Something killed restic (signal 9), most likely the memory limit of its container. If so, raise runtimeSettings.container.resources.limits.memory.',
  OutOfMemory: 'A container ran out of memory. Raise runtimeSettings.container.resources.limits.memory.',
  Evicted: 'The pod was evicted from its node. Set retryConfig, and a priorityClassName if it happens often.',
  NodeLost: 'The node of the pod is gone. The next attempt or session runs elsewhere.',
  PodDeleted: 'The pod was deleted. The next attempt or session starts anew.',
  JobDeleted: 'The Job was deleted. The next attempt or session starts anew.',
  JobRejected:
    'Kubernetes refused the Job or its pod. Its own words say why: a quota, an admission policy, Pod Security.',
  DeadlineExceeded: 'It took longer than timeOut. Raise timeOut, or find out what it waited for.',
  // What is wrong with what a session refers to.
  ConfigurationNotFound: 'The BackupConfiguration is not there. Apply it, and make a new session.',
  RepositoryNotFound: 'The Repository is not there. Apply it, or correct name and namespace in spec.repository.',
  UsageNotAllowed:
    'The Repository’s usagePolicy does not allow this namespace. Its owner can add it to usagePolicy.allowedNamespaces.',
  FolderNotAllowed:
    'The Repository lies in a folder of a node or NFS server that the administrator has not allowed (repositoryFolders).',
  SecretNameRequired: 'A Repository of another namespace needs repository.secretName: a Secret of this namespace.',
  TargetNotFound: 'The claim is not there. Make it, or correct spec.target.ref.name.',
  TaskNotFound: 'The Task or one of its Functions is not there. Apply both, or correct spec.task.name.',
  TaskInvalid: 'Task and Functions do not resolve into a Job. Correct what the message names.',
  TemplateStale:
    'The configuration or its Repository was edited without a new synth; the committed Job template no longer matches. Synthesize again, and commit both.',
  TemplateRejected: 'The committed Job template asks for more than a Job template may. Synthesize it again.',
  ImageNotTrusted:
    'The committed Job template uses an image of no present Function. Synthesize it again, or add the image to trustedImages.',
  IdentityConflict:
    'Another configuration writes the same host and path of this repository. Set target.alias in one of them.',
  InvalidSpec: 'The object does not say what it must. Correct the field that the message names.',
  // Why a session waits or is left out.
  Waiting: 'It waits for its turn.',
  RepositoryBusy: 'Maintenance or initialisation of the repository is under way.',
  ConcurrencyLimited: 'As many sessions run as maxConcurrentSessions allows.',
  TargetBusy: 'A backup or restore of the same claim is under way.',
  RetryScheduled: 'The attempt failed; the next one follows.',
  Overlapping: 'Another session of the configuration was still running.',
  Superseded: 'A newer session of the configuration took its place.',
  Paused: 'The configuration was paused at its scheduled minute.',
  Running: 'The Job is running.',
  JobCreated: 'The Job was made.',
  // States of configurations and repositories.
  Available: 'It is there.',
  NotReported: 'No mover has reported yet.',
  CronJobMissing: 'The schedule has no CronJob: apply the compiler’s output, or `holdfast trigger` by other means.',
  RecoveryPointTooOld: 'The newest good backup is older than the recovery point objective.',
  NeverSucceeded: 'There is no good backup yet.',
  Protected: 'Backups run and the newest is good.',
  FunctionsChanged: 'Functions changed since the synth; the committed template still runs.',
  CheckFailed: 'restic check found damage. Delete nothing; neither retention nor prune runs until a check finds none.',
  RepositoryDamaged:
    'A check found damage, so neither retention nor prune runs until a check finds none. Repair the repository, then ask for a check: see the runbook HoldfastRepositoryDamaged.',
  CheckSucceeded: 'restic check found no damage.',
  RetentionApplied: 'Retention was applied.',
  RetentionFailed: 'Retention could not be applied. It is tried again in ten minutes; nothing was lost.',
  NotificationsPending: 'A Job of its own tells them.',
  NotificationsSent: 'Everybody who wanted to know was told.',
  NotificationFailed:
    'A notification did not arrive; the session itself is not affected. Check the Secret with its URL, and whether the namespace’s pods reach the receiver.',
  MetricsPushed: 'The Pushgateway took the metrics.',
  MetricsNotPushed: 'The Pushgateway did not take the metrics; the backup itself is not affected.',
  HistoryCleaned: 'Older finished sessions were deleted.',
  CatchUp: 'A scheduled minute passed without a session, so the controller made it.',
} as const

export type Reason = keyof typeof reasons

export const isReason = (text: string | undefined): text is Reason => text !== undefined && Object.hasOwn(reasons, text)
