import { ApiObject, Lazy } from 'cdk8s'
import type { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import type { BackupConfigurationSpec } from '../lib/api/backup-configuration.js'
import { apiVersion } from '../lib/api/group.js'
import { backupConfigurationKind } from '../lib/api/kinds.js'
import { tryParseDuration } from '../lib/duration.js'
import { hostOf } from '../lib/identity.js'
import type { JobTemplate } from '../lib/pod.js'
import type { Problem } from '../lib/problem.js'
import { storeKey } from '../lib/repository-url.js'
import { validateObject } from '../lib/schema/validate.js'
import { targetPaths } from '../lib/variables.js'
import { backupSpec, type VolumeBackupProps } from './backup-props.js'
import { CheckedConstruct } from './checked-construct.js'
import type { WrittenSnapshot } from './fleet-check.js'
import { imageFor } from './image.js'
import { identityOf, identityProblems, metadataFor } from './metadata.js'
import { type PolicyResolution, PolicyResolver, referenceProblems } from './policy-resolution.js'
import { addTrigger } from './trigger.js'

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
  readonly #image: string
  readonly #resolver = new PolicyResolver()
  #invalid: readonly Problem[] | undefined

  constructor(scope: Construct, id: string, props: VolumeBackupProps) {
    super(scope, id)
    const identity = identityOf(this, id, props.metadata)
    this.name = identity.name
    this.namespace = identity.namespace
    this.#props = props
    this.#spec = backupSpec(props, this.namespace)
    this.#image = imageFor(this, props.image)
    this.configuration = new ApiObject(this, 'Resource', {
      apiVersion,
      kind: backupConfigurationKind.kind,
      metadata: metadataFor(identity, props.metadata, { texts: true }),
      // Late, because Tasks, Functions and Repository may still change until the app is synthesized.
      spec: Lazy.any({ produce: () => ({ ...this.#spec, jobTemplate: this.jobTemplate }) }),
    })
    const { schedule, timeZone = '', paused = false, startingDeadline = '' } = this.#spec
    const subject = { schedule, timeZone, paused, startingDeadline, ...identity, image: this.#image }
    const trigger = addTrigger(this, { ...subject, configuration: this.name }, props.trigger)
    this.cronJob = trigger.cronJob
    this.serviceAccount = trigger.serviceAccount
    this.role = trigger.role
    this.roleBinding = trigger.roleBinding
  }

  /** The Job that a session runs; undefined when the controller resolves it, or the policy has problems. */
  get jobTemplate(): JobTemplate | undefined {
    return this.#resolution().template
  }

  override writes(): readonly WrittenSnapshot[] {
    const { repository } = this.#props
    if (this.namespace === undefined || this.#specProblems().length > 0) return []
    const home = repository.namespace ?? this.namespace
    const { spec } = repository
    // Two Repository objects may name one store; without a spec the object is all that is known.
    const store = spec?.backend === undefined ? `${home}/${repository.name}` : storeKey(spec.backend, home)
    const host = hostOf(this.#spec.target, this.namespace, spec?.clusterName)
    return targetPaths(this.#spec.target).map(path => ({ store, host, path }))
  }

  protected findProblems(): Problem[] {
    const policy = this.#policy()
    return [
      ...identityProblems(this.node.path, this, 'Namespaced'),
      ...this.#specProblems(),
      ...this.#scheduleProblems(),
      ...(policy === undefined ? [] : referenceProblems(this, policy, this.#props.repository)),
      ...this.#resolution().problems,
    ]
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
