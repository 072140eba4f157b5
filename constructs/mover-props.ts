import type { BackupConfigurationSpec } from '../lib/api/backup-configuration.js'
import { defaultMountPath, moverUser } from '../lib/api/group.js'
import type { RepositoryRef, TargetRef, TaskRef } from '../lib/api/mover.js'
import type { Notification } from '../lib/api/notification.js'
import type { MoverTask } from '../lib/read-as/derive.js'
import { defaultStartDeadline, defaultTimeOut } from '../lib/resolver-defaults.js'
import type { ObjectMetadata } from './metadata.js'
import type { IRepository } from './repository.js'
import { type ITask, parameterList } from './task.js'
import { decideReadAs, type Workload } from './workload.js'

/** What backups and restores of a volume share. */
export interface MoverProps {
  readonly metadata?: ObjectMetadata
  /** The claim, in the policy’s namespace: its name, or a construct that has one. */
  readonly claim: string | { readonly name: string }
  /** Where the data is stored. */
  readonly repository: IRepository
  /** Secret of this namespace with the repository’s keys; required when the Repository is in another namespace. */
  readonly repositorySecretName?: string
  /** Host of the snapshots. @default - `[<cluster>/]<namespace>/<claim>` */
  readonly alias?: string
  /** Where the claim is mounted. @default /holdfast-data */
  readonly mountPath?: string
  /** Folder of the claim that is mounted. @default - all of it */
  readonly subPath?: string
  /** How: a Task, and values for its variables. @default - the built-in Task */
  readonly task?: ITask
  /** Longest that a session may take, all attempts together. @default 24h */
  readonly timeOut?: string
  /** Longest that a pod may take to start. @default 10m */
  readonly startDeadline?: string
  /** Who the mover runs as. @default - what `workload` says, else user and group 65532 */
  readonly readAs?: BackupConfigurationSpec['readAs']
  /** The workload that writes into the claim: what `readAs` leaves out follows from its security contexts. @default - none */
  readonly workload?: Workload
  /** `read-any-file` runs as user 0, in namespaces that allow `baseline`. @default restricted */
  readonly privileges?: BackupConfigurationSpec['privileges']
  /** Settings of the Job’s pod and containers; what admits and places the pod holds for the trigger’s too. */
  readonly runtimeSettings?: BackupConfigurationSpec['runtimeSettings']
  /** The scratch volume. @default - the node’s disk, with restic’s cache */
  readonly tempDir?: BackupConfigurationSpec['tempDir']
  /** Who is told how sessions end: `[Notify.slack({ url: { secretName: 'chat' } })]`. @default - nobody */
  readonly notify?: readonly (Notification | readonly Notification[])[]
  /** A claim for intermediate data, made for each session. @default - none */
  readonly interimVolumeTemplate?: BackupConfigurationSpec['interimVolumeTemplate']
  /** Holdfast’s own image. @default - the context `holdfast.dev/image`, else this release’s image */
  readonly image?: string
}

/** The target’s fields, defaults written out. */
export function targetFields(props: MoverProps) {
  const { claim, alias, mountPath = defaultMountPath, subPath } = props
  const name = typeof claim === 'string' ? claim : claim?.name
  const ref: TargetRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name }
  return {
    ref,
    ...(alias === undefined ? {} : { alias }),
    volumeMounts: [{ mountPath, ...(subPath === undefined ? {} : { subPath }) }],
  }
}

/** The repository’s reference, namespace written out. */
export function repositoryFields(props: MoverProps, namespace: string | undefined): RepositoryRef {
  const { repository, repositorySecretName } = props
  const home = repository?.namespace ?? namespace
  return {
    name: repository?.name,
    ...(home === undefined ? {} : { namespace: home }),
    ...(repositorySecretName === undefined ? {} : { secretName: repositorySecretName }),
  }
}

/** The Task’s reference. */
export function taskFields(task: ITask | undefined, builtIn: string): TaskRef {
  if (task === undefined) return { name: builtIn }
  return { name: task.name, ...(task.params === undefined ? {} : { params: parameterList(task.params) }) }
}

/** The hooks as written, with those who are told how sessions end; nothing when there is neither. */
export function hookFields<H extends { notifications?: Notification[] | undefined }>(
  hooks: H | undefined,
  notify: MoverProps['notify'],
): { hooks?: H } {
  const told = notify?.flat() ?? []
  if (told.length === 0) return hooks === undefined ? {} : { hooks }
  return { hooks: { ...hooks, notifications: [...(hooks?.notifications ?? []), ...told] } as H }
}

/** The other fields that backups and restores share, defaults written out. */
export function sharedFields(props: MoverProps, mover: MoverTask = 'backup') {
  const { readAs } = decideReadAs(props, mover)
  const { runtimeSettings, interimVolumeTemplate, privileges = 'restricted' } = props
  const user = { user: moverUser, group: moverUser }
  return {
    timeOut: props.timeOut ?? defaultTimeOut,
    startDeadline: props.startDeadline ?? defaultStartDeadline,
    // `read-any-file` runs as user 0, whatever the default.
    ...(privileges === 'restricted' ? { readAs: { ...user, ...readAs } } : readAs === undefined ? {} : { readAs }),
    privileges,
    tempDir: { disableCaching: false, ...props.tempDir },
    ...(runtimeSettings === undefined ? {} : { runtimeSettings }),
    ...(interimVolumeTemplate === undefined ? {} : { interimVolumeTemplate }),
  }
}
