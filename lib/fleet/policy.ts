import type { BackupConfigurationSpec } from '../api/backup-configuration.js'
import { backupConfigurationKind } from '../api/kinds.js'
import { tryParseDuration } from '../duration.js'
import { hostOf } from '../identity.js'
import type { Problem, SourcePosition } from '../problem.js'
import { storeKey } from '../repository-url.js'
import { parseSchedule, type Schedule } from '../schedule.js'
import { validateObject } from '../schema/validate.js'
import { targetPaths } from '../variables.js'
import { namespaceOf } from './claim.js'
import { describeManifest, type Manifest } from './manifest.js'
import type { FleetRepository } from './repository.js'

/** A policy of a fleet, with all that its analysis needs worked out. */
export interface FleetPolicy {
  readonly namespace: string
  readonly name: string
  readonly position: SourcePosition
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Less the Job template. */
  readonly spec: Omit<BackupConfigurationSpec, 'jobTemplate'>
  /** The resolved Job, as committed; undefined when the controller resolves it. */
  readonly jobTemplate: unknown
  /** The claim it protects, in the policy’s namespace. */
  readonly claim: string
  /** Undefined when the Repository is not part of the fleet. */
  readonly repository: FleetRepository | undefined
  /** The store, the same for every Repository object that names it. */
  readonly store: string
  /** Host and paths of its snapshots. */
  readonly host: string
  readonly paths: readonly string[]
  /** Undefined when nothing fires by itself. */
  readonly schedule: Schedule | undefined
  /** Recovery point objective in milliseconds; undefined when none is stated. */
  readonly objective: number | undefined
}

/** `namespace/name`: what tells policies apart. */
export const policyKey = (policy: { readonly namespace: string; readonly name: string }): string =>
  `${policy.namespace}/${policy.name}`

export type ReadPolicy =
  | { readonly ok: true; readonly policy: FleetPolicy }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Reads a BackupConfiguration; a spec that the API server would refuse is a list of problems instead. */
export function policyFrom(manifest: Manifest, repositories: ReadonlyMap<string, FleetRepository>): ReadPolicy {
  const { object, position } = manifest
  const problems = validateObject(backupConfigurationKind, object, describeManifest(object))
  if (problems.length > 0) return { ok: false, problems: problems.map(each => ({ ...each, source: position })) }
  const { jobTemplate, ...spec } = object['spec'] as BackupConfigurationSpec
  const namespace = namespaceOf(object)
  const home = spec.repository.namespace ?? namespace
  const repository = repositories.get(`${home}/${spec.repository.name}`)
  const parsed = spec.schedule === undefined ? undefined : parseSchedule(spec.schedule, spec.timeZone)
  const policy: FleetPolicy = {
    namespace,
    name: object.metadata.name,
    position,
    labels: object.metadata.labels ?? {},
    annotations: object.metadata.annotations ?? {},
    spec,
    jobTemplate,
    claim: spec.target.ref.name,
    repository,
    store: repository === undefined ? `${home}/${spec.repository.name}` : storeKey(repository.spec.backend, home),
    host: hostOf(spec.target, namespace, repository?.spec.clusterName),
    paths: targetPaths(spec.target),
    schedule: parsed?.ok === true ? parsed.schedule : undefined,
    objective: spec.recoveryPointObjective === undefined ? undefined : tryParseDuration(spec.recoveryPointObjective),
  }
  return { ok: true, policy }
}
