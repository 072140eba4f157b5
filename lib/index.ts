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
export type { Notification } from './api/notification.js'
export type { RepositorySpec, RepositoryStatus } from './api/repository.js'
export type { Resources } from './api/resources.js'
export type { RestoreRule, RestoreSessionSpec, RestoreSessionStatus, RestoreTarget } from './api/restore-session.js'
export type { RetentionPolicy } from './api/retention-policy.js'
export type { ContainerSettings, PodSettings, RuntimeSettings } from './api/runtime-settings.js'
export type { LabelSelector } from './api/selector.js'
export type { TaskSpec } from './api/task.js'
export { allowedBackupArguments } from './backup-arguments.js'
export { builtInFunctions, builtInTasks } from './built-ins.js'
export { slotMinutes, type WrittenSchedule } from './calendar/slots.js'
export { type Collision, type CollisionParty, type CollisionRule, collisionRules } from './collision/collision.js'
export { collisionProblems } from './collision/collision-problems.js'
export { type CollisionOptions, collisionsOf } from './collision/collisions.js'
export { runsPerHour, type StoreHours } from './collision/occupancy.js'
export { type ConditionStatus, findCondition } from './conditions.js'
export { type ClaimCoverage, type CoverageOptions, type CoverageStatus, coverageOf } from './coverage/coverage.js'
export { type CoverageProblemOptions, coverageProblems } from './coverage/coverage-problems.js'
export type { ClaimExemption, GrantedExemption } from './coverage/exemption.js'
export { elasticCloud } from './coverage/operators/elasticsearch.js'
export { knownOperators } from './coverage/operators/known-operators.js'
export { cloudNativePg, zalandoPostgres } from './coverage/operators/postgres.js'
export { prometheusOperator } from './coverage/operators/prometheus.js'
export { type CoverageSummary, formatSummary, summaryOf } from './coverage/summary.js'
export { type Change, type ChangeDetail, type ChangeKind, changeKinds, type Severity } from './diff/change.js'
export { changesBetween, differenceBetween, type FleetDifference } from './diff/changes.js'
export type { DiffOptions } from './diff/comparison.js'
export { formatDuration, parseDuration, tryParseDuration } from './duration.js'
export { checkFleet, type FleetCheckOptions } from './fleet/check.js'
export type { Claim, VolumeTemplate, VolumeTemplates } from './fleet/claim.js'
export { type Fleet, type FleetOptions, fleetOf } from './fleet/fleet.js'
export { fieldAt, itemsOf, type Manifest, type ManifestObject, numberOf, textOf } from './fleet/manifest.js'
export type { FleetPolicy } from './fleet/policy.js'
export type { FleetRepository } from './fleet/repository.js'
export { type DecodedTags, decodeTags, hostOf, type SnapshotIdentity, snapshotTags } from './identity.js'
export { inputHash } from './input-hash.js'
export { selects } from './label-selection.js'
export { sessionName, triggerName } from './names.js'
export type { NotificationEvent } from './notification/event.js'
export { type SummaryVariable, summaryVariables } from './notification/summary.js'
export { type Gap, greatestGap } from './objective/greatest-gap.js'
export { cronOf, type RunPattern } from './objective/run-pattern.js'
export { brokenObjective, objectiveProblems, type StatedObjective } from './objective/stated-objective.js'
export type { ClockTime, TimeWindow } from './objective/time-window.js'
export { type DerivedTiming, type Objective, type Timing, timingOf, triggerTime } from './objective/timing.js'
export type { Container, EnvVar, JobTemplate, PodSpec, Volume, VolumeMount } from './pod.js'
export { baselineViolations, type PodTemplate } from './pod-security/baseline.js'
export { restrictedViolations } from './pod-security/restricted.js'
export type { PodSecurityViolation } from './pod-security/violation.js'
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
export { type DerivedReadAs, deriveReadAs, type MoverTask } from './read-as/derive.js'
export { isReason, type Reason, reasons } from './reason.js'
export { repositoryUrl, storeKey } from './repository-url.js'
export { functionsHash, type Resolution, resolve } from './resolver.js'
export { type CostOptions, costOf, type MonthlyCost } from './retention/cost.js'
export { type ForgetPlan, forgetPlan } from './retention/forget-plan.js'
export { type Churn, growthOf, type StoragePoint } from './retention/growth.js'
export { type DatedSnapshot, keptBy, refusalOf, type Verdict } from './retention/kept.js'
export { examplePrices, localPrices, type PriceTable, parsePriceTable } from './retention/price-table.js'
export type { Course, RunOutcome } from './retention/replay.js'
export { type KeptState, type RetentionSimulation, simulateRetention } from './retention/simulate.js'
export { Simulations } from './retention/simulations.js'
export { type Upkeep, upkeepOf } from './retention/upkeep.js'
export { type RuleScope, rules } from './rules/catalogue.js'
export { claimRule, type FleetRule, fleetRule, type RuleProps, repositoryRule } from './rules/fleet-rule.js'
export { retentionReach } from './rules/retention-reach.js'
export { type RuleOptions, ruleProblems } from './rules/rule-problems.js'
export { tierOf } from './rules/tier-of.js'
export type { Waiver } from './rules/waiver.js'
export { nextSlot, type ParsedSchedule, parseSchedule, previousSlot, type Schedule, slotsBetween } from './schedule.js'
export { type KindDefinition, objectSchema, toCustomResourceDefinition } from './schema/crd.js'
export { errorsMarkdown, referenceMarkdown } from './schema/reference.js'
export { validateObject } from './schema/validate.js'
export { type RestorePhase, restorePhases, type SessionPhase, sessionPhases } from './session-phase.js'
export { sessionVariables } from './session-variables.js'
export type { FixedRun, Limit, StaggerJob, StaggerLimits } from './stagger/job.js'
export { formatLock, lockFileName, parseLock, type ReadLock } from './stagger/lock.js'
export { type Shortage, shortageProblem } from './stagger/shortage.js'
export { type Move, type StaggerInput, type StaggerPlan, solve as solveStagger } from './stagger/solve.js'
export type { TaskSource } from './task-source.js'
export { type GateContext, type GateResult, passGate } from './template-gate.js'
export type { AnySubject, BackupSubject, RestoreSubject, Subject } from './variables.js'
export { version } from './version.js'
export { emitYaml } from './yaml/emit.js'
