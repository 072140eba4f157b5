export type { Backend, LocalBackend } from './api/backend.js'
export type {
  BackupConfigurationSpec,
  BackupConfigurationStatus,
  BackupTarget,
} from './api/backup-configuration.js'
export type { BackupSessionSpec, BackupSessionStatus } from './api/backup-session.js'
export type { Condition } from './api/condition.js'
export type { FunctionSpec } from './api/function.js'
export { annotations, apiGroup, apiVersion, defaultMountPath, labels } from './api/group.js'
export type { ExecutionPolicy, Hook, PostHook, PreHook } from './api/hooks.js'
export {
  backupConfigurationKind,
  backupSessionKind,
  functionKind,
  kinds,
  repositoryKind,
  restoreSessionKind,
  taskKind,
} from './api/kinds.js'
export type {
  InterimVolumeTemplate,
  Parameter,
  Privileges,
  ReadAs,
  RepositoryRef,
  TargetRef,
  TaskRef,
  TempDir,
} from './api/mover.js'
export type { RepositorySpec, RepositoryStatus } from './api/repository.js'
export type { Resources } from './api/resources.js'
export type { RestoreRule, RestoreSessionSpec, RestoreSessionStatus, RestoreTarget } from './api/restore-session.js'
export type { RetentionPolicy } from './api/retention-policy.js'
export type { ContainerSettings, PodSettings, RuntimeSettings } from './api/runtime-settings.js'
export type { LabelSelector } from './api/selector.js'
export type { TaskSpec } from './api/task.js'
export { allowedBackupArguments } from './backup-arguments.js'
export { builtInFunctions, builtInTasks } from './built-ins.js'
export { type ConditionStatus, findCondition } from './conditions.js'
export { formatDuration, parseDuration, tryParseDuration } from './duration.js'
export { type DecodedTags, decodeTags, hostOf, type SnapshotIdentity, snapshotTags } from './identity.js'
export { inputHash } from './input-hash.js'
export { selects } from './label-selection.js'
export { sessionName, triggerName } from './names.js'
export type { Container, EnvVar, JobTemplate, PodSpec, Volume, VolumeMount } from './pod.js'
export {
  formatProblem,
  InvalidInputError,
  type Problem,
  type ProblemCode,
  problemCodes,
  type SourcePosition,
} from './problem.js'
export { type Provider, providerOf, providers } from './provider.js'
export { formatBytes, parseQuantity, quantityBytes } from './quantity.js'
export { isReason, type Reason, reasons } from './reason.js'
export { repositoryUrl, storeKey } from './repository-url.js'
export { functionsHash, type Resolution, resolve } from './resolver.js'
export { nextSlot, type ParsedSchedule, parseSchedule, previousSlot, type Schedule, slotsBetween } from './schedule.js'
export { type KindDefinition, objectSchema, toCustomResourceDefinition } from './schema/crd.js'
export { errorsMarkdown, referenceMarkdown } from './schema/reference.js'
export { validateObject } from './schema/validate.js'
export { type RestorePhase, restorePhases, type SessionPhase, sessionPhases } from './session-phase.js'
export { sessionVariables } from './session-variables.js'
export type { TaskSource } from './task-source.js'
export { type GateContext, type GateResult, passGate } from './template-gate.js'
export type { AnySubject, BackupSubject, RestoreSubject, Subject } from './variables.js'
export { version } from './version.js'
