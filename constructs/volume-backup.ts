import { ApiObject, Lazy } from 'cdk8s'
import type { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import type { BackupConfigurationSpec } from '../lib/api/backup-configuration.js'
import { annotations, apiVersion } from '../lib/api/group.js'
import { backupConfigurationKind } from '../lib/api/kinds.js'
import type { WrittenSchedule } from '../lib/calendar/slots.js'
import { formatDuration, tryParseDuration } from '../lib/duration.js'
import { hostOf } from '../lib/identity.js'
import { writtenHookProblems } from '../lib/notification/plain-credential.js'
import type { JobTemplate } from '../lib/pod.js'
import type { Problem } from '../lib/problem.js'
import { storeKey } from '../lib/repository-url.js'
import { deprecationsIn } from '../lib/schema/deprecation.js'
import { validateObject } from '../lib/schema/validate.js'
import { nodePoolOf } from '../lib/stagger/node-pool.js'
import { targetPaths } from '../lib/variables.js'
import type { VolumeBackupProps } from './backup-props.js'
import { backupSpec } from './backup-spec.js'
import { CheckedConstruct } from './checked-construct.js'
import type { WrittenSnapshot } from './fleet-check.js'
import { imageFor } from './image.js'
import { identityOf, identityProblems, metadataFor, type ObjectMetadata } from './metadata.js'
import { type PolicyResolution, PolicyResolver, referenceProblems } from './policy-resolution.js'
import { type PolicyTiming, policyTiming } from './policy-timing.js'
import { RunRegistry, type StaggeredPolicy } from './run-registry.js'
import { defaultTimeZone } from './schedule.js'
import { withDefaults } from './scope-defaults.js'
import { addTrigger } from './trigger.js'
import { workloadProblems } from './workload.js'

/** The controller manager looks every ten seconds; a shorter deadline loses runs (Kubernetes API: CronJobSpec). */
const shortestStartingDeadline = 10_000

/**
 * A backup policy of one volume: a BackupConfiguration with its resolved Job template, and the CronJob, ServiceAccount,
 * Role and RoleBinding that create its sessions. Names are the construct’s id (or `metadata.name`), with `-trigger`.
 */
export class VolumeBackup extends CheckedConstruct {
  readonly name: string
  readonly namespace: string | undefined
  readonly configuration: ApiObject
  readonly cronJob: k8s.KubeCronJob
  /** Absent when the policy names an existing ServiceAccount. */
  readonly serviceAccount: k8s.KubeServiceAccount | undefined
  readonly role: k8s.KubeRole
  readonly roleBinding: k8s.KubeRoleBinding
  readonly #props: VolumeBackupProps
  readonly #spec: BackupConfigurationSpec
  readonly #timing: PolicyTiming
  readonly #image: string
  readonly #resolver = new PolicyResolver()
  #invalid: readonly Problem[] | undefined

  constructor(scope: Construct, id: string, own: VolumeBackupProps) {
    super(scope, id)
    const props = withDefaults(this, own)
    const identity = identityOf(this, id, props.metadata)
    this.name = identity.name
    this.namespace = identity.namespace
    this.#props = props
    this.#timing = policyTiming(props)
    this.#spec = backupSpec(props, this.namespace, this.#timing)
    this.#image = imageFor(this, props.image)
    this.configuration = new ApiObject(this, 'Resource', {
      apiVersion,
      kind: backupConfigurationKind.kind,
      metadata: metadataFor(identity, withDuration(props, this.#timing), { texts: true }),
      // Late, because Tasks, Functions and Repository may still change until the app is synthesized.
      spec: Lazy.any({
        produce: () => ({ ...this.#spec, schedule: this.schedule.expression, jobTemplate: this.jobTemplate }),
      }),
    })
    RunRegistry.of(this).add(this.#staggered())
    const schedule: string = Lazy.any({ produce: () => this.schedule.expression })
    const { timeZone = '', paused = false, startingDeadline = '', runtimeSettings } = this.#spec
    const pod = { image: this.#image, pod: runtimeSettings?.pod }
    const subject = { schedule, timeZone, paused, startingDeadline, ...identity, ...pod }
    const trigger = addTrigger(this, { ...subject, configuration: this.name }, props.trigger)
    this.cronJob = trigger.cronJob
    this.serviceAccount = trigger.serviceAccount
    this.role = trigger.role
    this.roleBinding = trigger.roleBinding
  }

  /** When sessions are due. With an `rpo` it depends on all other policies of the app, and is settled when that is synthesized. */
  get schedule(): WrittenSchedule {
    const { pattern, fields } = this.#timing
    if (pattern !== undefined) return RunRegistry.of(this).scheduleOf({ key: this.#key, pattern })
    return { expression: fields.schedule, timeZone: fields.timeZone ?? defaultTimeZone }
  }

  /** The Job that a session runs; undefined when the controller resolves it, or the policy has problems. */
  get jobTemplate(): JobTemplate | undefined {
    return this.#resolution().template
  }

  override writes(): readonly WrittenSnapshot[] {
    if (this.namespace === undefined || this.#specProblems().length > 0) return []
    const store = this.#store()
    const host = hostOf(this.#spec.target, this.namespace, this.#props.repository.spec?.clusterName)
    return targetPaths(this.#spec.target).map(path => ({ store, host, path }))
  }

  protected findProblems(): Problem[] {
    const policy = this.#policy()
    return [
      ...identityProblems(this.node.path, this, 'Namespaced'),
      ...this.#specProblems(),
      ...(this.#specProblems().length === 0 ? writtenHookProblems(this.#spec.hooks, this.node.path) : []),
      ...this.#scheduleProblems(),
      ...workloadProblems(this.node.path, this.#props, 'backup'),
      ...(policy === undefined ? [] : referenceProblems(this, policy, this.#props.repository)),
      ...this.#resolution().problems,
    ]
  }

  get #key(): string {
    return `${this.namespace ?? ''}/${this.name}`
  }

  // Two Repository objects may name one store; without a spec the object is all that is known.
  #store(): string {
    const { repository } = this.#props
    const home = repository?.namespace ?? this.namespace ?? ''
    const { backend } = repository?.spec ?? {}
    return backend === undefined ? `${home}/${repository?.name}` : storeKey(backend, home)
  }

  #staggered(): StaggeredPolicy {
    const { metadata, runtimeSettings, repository, expectedDuration, paused = false, schedule } = this.#props
    const nodePool = nodePoolOf(metadata?.labels, runtimeSettings?.pod?.nodeSelector)
    const storeLimit = repository?.spec?.maxConcurrentSessions
    return {
      construct: this,
      key: this.#key,
      claim: `${this.namespace ?? ''}/${this.#spec.target.ref.name}`,
      pattern: this.#timing.pattern,
      schedule: paused || schedule === undefined || schedule.problems().length > 0 ? undefined : schedule,
      burden: {
        store: this.#store(),
        ...(storeLimit === undefined ? {} : { storeLimit }),
        ...(nodePool === undefined ? {} : { nodePool }),
      },
      expectedDuration: expectedDuration === undefined ? undefined : this.#timing.expectedDuration,
    }
  }

  protected override findWarnings(): Problem[] {
    return deprecationsIn(backupConfigurationKind, { spec: this.#spec }, this.node.path)
  }

  #specProblems(): readonly Problem[] {
    this.#invalid ??= validateObject(backupConfigurationKind, { spec: this.#spec }, this.node.path)
    return this.#invalid
  }

  #scheduleProblems(): Problem[] {
    const object = this.node.path
    const problems = (this.#props.schedule?.problems() ?? []).map((message): Problem => {
      const path = message.startsWith('time zone') ? 'spec.timeZone' : 'spec.schedule'
      return { code: 'HF1005', object, path, message }
    })
    problems.push(...this.#timing.problems.map(problem => ({ object, ...problem })))
    const { startingDeadline = '' } = this.#spec
    if ((tryParseDuration(startingDeadline) ?? shortestStartingDeadline) < shortestStartingDeadline) {
      const message = `got ${startingDeadline}; expected at least 10s, or Kubernetes may never start the run`
      problems.push({ code: 'HF1002', object, path: 'spec.startingDeadline', message })
    }
    return problems
  }

  #policy() {
    const { name, namespace } = this
    if (namespace === undefined) return undefined
    return { kind: 'BackupConfiguration' as const, namespace, name, spec: this.#spec, image: this.#image }
  }

  // What is not valid cannot be resolved, and its problems are already told.
  #resolution(): PolicyResolution {
    const policy = this.#policy()
    if (policy === undefined || this.#specProblems().length > 0) return { problems: [] }
    return this.#resolver.resolve(this, policy, this.#props.repository)
  }
}

// Written down, so that whoever reads the manifests reckons with the same.
function withDuration(
  { metadata, expectedDuration }: VolumeBackupProps,
  timing: PolicyTiming,
): ObjectMetadata | undefined {
  if (expectedDuration === undefined) return metadata
  const written = { [annotations.expectedDuration]: formatDuration(timing.expectedDuration) }
  return { ...metadata, annotations: { ...metadata?.annotations, ...written } }
}
