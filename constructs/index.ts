export type { AlertName, Severity } from '../lib/monitoring/alert.js'
export type { ClockTime, TimeWindow } from '../lib/objective/time-window.js'
export { type RuleScope, rules } from '../lib/rules/catalogue.js'
export { claimRule, type FleetRule, fleetRule, type RuleProps, repositoryRule } from '../lib/rules/fleet-rule.js'
export { tierOf } from '../lib/rules/tier-of.js'
export type { Waiver } from '../lib/rules/waiver.js'
export type { Limit, StaggerLimits } from '../lib/stagger/job.js'
export type { AdmissionAction } from './admission/policy-object.js'
export type { Allowed, AllowedSettings } from './admission/settings.js'
export { AdmissionPolicies, type AdmissionPoliciesProps } from './admission-policies.js'
export {
  Backend,
  type ConnectionProps,
  type LocalProps,
  type PrefixProps,
  type S3Props,
  type StoreProps,
} from './backend.js'
export type {
  ObjectiveBackupProps,
  ScheduledBackupProps,
  SharedBackupProps,
  VolumeBackupProps,
} from './backup-props.js'
export { CheckedConstruct } from './checked-construct.js'
export { Fleet, type FleetProps, todayContext } from './fleet.js'
export { problemsOf } from './fleet-check.js'
export { Function, type FunctionProps, type IFunction } from './function.js'
export { type DeployedPushgateway, type ExistingPushgateway, Holdfast, type HoldfastProps } from './holdfast.js'
export { defaultImage, imageContext } from './image.js'
export { type ManifestFiles, type ManifestFilesOptions, readManifestFiles } from './manifest-files.js'
export type { ObjectMetadata } from './metadata.js'
export { Monitoring } from './monitoring.js'
export type { InstalledSystem, MonitoringProps, RuleWay, ScrapeWay } from './monitoring-props.js'
export { MoverNetworkPolicies, type MoverNetworkPoliciesProps } from './mover-network-policies.js'
export type { MoverProps } from './mover-props.js'
export type { AddressPeer, AnyPeer, NetworkPeer, PodPeer } from './network/peer.js'
export {
  type HealthchecksProps,
  type MessageProps,
  Notify,
  type NotifyProps,
  type SecretValue,
  type WebhookProps,
} from './notify.js'
export { PolicyDefaults, type PolicyDefaultsProps } from './policy-defaults.js'
export { type IRepository, Repository, type RepositoryManifest, type RepositoryProps } from './repository.js'
export { RepositoryAccess, type RepositoryAccessProps } from './repository-access.js'
export { type KeepRules, Retention } from './retention.js'
export { lockContext } from './run-registry.js'
export { defaultTimeZone, Schedule, type TimeOfDay, type Weekday } from './schedule.js'
export { Stagger, type StaggerProps } from './stagger.js'
export type { Subjects } from './subjects.js'
export { addExtraFiles, type ExtraFile, type ExtraFiles, type SynthesizedFiles } from './synth/extra-files.js'
export type { FileChange } from './synth/file-changes.js'
export type { SynthesizedFile } from './synth/file-set.js'
export type { PlacedObject, TeamRule } from './synth/placement.js'
export { type SynthFleetOptions, synthFleet } from './synth/synth-fleet.js'
export { filesOf, type LayoutOptions } from './synth/synthesis.js'
export { type Complaint, SynthesisError } from './synth/synthesis-error.js'
export {
  type ClusterNetworkProps,
  SystemNetworkPolicies,
  type SystemNetworkPoliciesProps,
} from './system-network-policies.js'
export type { SystemPodSettings, Toleration } from './system-pod.js'
export { type ITask, type Parameters, Task, type TaskProps, type TaskStep } from './task.js'
export { TeamAccess, type TeamAccessProps } from './team-access.js'
export { type TeamRole, teamRoleName, teamRules } from './team-rules.js'
export { Tier, type TieredProps, type TierProps, tier } from './tier.js'
export { Tiers } from './tiers.js'
export type { TriggerProps } from './trigger.js'
export { VolumeBackup } from './volume-backup.js'
export { restoresAgain, VolumeRestore, type VolumeRestoreProps } from './volume-restore.js'
export type { Workload, WorkloadManifest } from './workload.js'
