export {
  Backend,
  type ConnectionProps,
  type LocalProps,
  type PrefixProps,
  type S3Props,
  type StoreProps,
} from './backend.js'
export type { VolumeBackupProps } from './backup-props.js'
export { CheckedConstruct } from './checked-construct.js'
export { problemsOf } from './fleet-check.js'
export { Function, type FunctionProps, type IFunction } from './function.js'
export { type DeployedPushgateway, type ExistingPushgateway, Holdfast, type HoldfastProps } from './holdfast.js'
export { defaultImage, imageContext } from './image.js'
export type { ObjectMetadata } from './metadata.js'
export type { MoverProps } from './mover-props.js'
export { type IRepository, Repository, type RepositoryManifest, type RepositoryProps } from './repository.js'
export { type KeepRules, Retention } from './retention.js'
export { defaultTimeZone, Schedule, type TimeOfDay, type Weekday } from './schedule.js'
export { type ITask, type Parameters, Task, type TaskProps, type TaskStep } from './task.js'
export type { TriggerProps } from './trigger.js'
export { VolumeBackup } from './volume-backup.js'
export { restoresAgain, VolumeRestore, type VolumeRestoreProps } from './volume-restore.js'
