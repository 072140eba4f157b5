import type { BackupConfigurationSpec } from '../lib/api/backup-configuration.js'
import { defaultHistoryLimit, defaultRetryDelay } from '../lib/resolver-defaults.js'
import type { VolumeBackupProps } from './backup-props.js'
import { hookFields, repositoryFields, sharedFields, targetFields, taskFields } from './mover-props.js'
import type { PolicyTiming } from './policy-timing.js'

/** The spec of a policy with every default written out, less the Job template. */
export function backupSpec(
  props: VolumeBackupProps,
  namespace: string | undefined,
  timing: PolicyTiming,
): BackupConfigurationSpec {
  const { retryConfig, hooks } = props
  const { timeOut, ...when } = timing.fields
  return {
    target: backupTarget(props),
    repository: repositoryFields(props, namespace),
    task: taskFields(props.task, 'pvc-backup'),
    ...when,
    paused: props.paused ?? false,
    backupHistoryLimit: props.backupHistoryLimit ?? defaultHistoryLimit,
    retentionPolicy: props.retention?.policy,
    ...(retryConfig === undefined ? {} : { retryConfig: { delay: defaultRetryDelay, ...retryConfig } }),
    partialPolicy: props.partialPolicy ?? 'Fail',
    emptySourcePolicy: props.emptySourcePolicy ?? 'Fail',
    ...hookFields(hooks, props.notify),
    ...sharedFields(props),
    timeOut,
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
