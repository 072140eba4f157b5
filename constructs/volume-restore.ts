import { ApiObject } from 'cdk8s'
import type { Construct } from 'constructs'
import { apiVersion } from '../lib/api/group.js'
import { restoreSessionKind } from '../lib/api/kinds.js'
import type { RestoreRule, RestoreSessionSpec } from '../lib/api/restore-session.js'
import { digestOf } from '../lib/digest.js'
import { writtenHookProblems } from '../lib/notification/plain-credential.js'
import type { Problem } from '../lib/problem.js'
import { deprecationsIn } from '../lib/schema/deprecation.js'
import { validateObject } from '../lib/schema/validate.js'
import { CheckedConstruct } from './checked-construct.js'
import { imageFor } from './image.js'
import { identityOf, identityProblems, metadataFor } from './metadata.js'
import { hookFields, type MoverProps, repositoryFields, sharedFields, targetFields, taskFields } from './mover-props.js'
import { PolicyResolver, referenceProblems } from './policy-resolution.js'
import { withDefaults } from './scope-defaults.js'
import { workloadProblems } from './workload.js'

/** The words that Merge and Replace ask for: an object that is applied again, or under a new name, restores again. */
export const restoresAgain = 'restores-again-on-recreation'

/** A restore of one volume. */
export interface VolumeRestoreProps extends MoverProps {
  /** What is restored. @default - the newest complete set of snapshots of the target’s own host */
  readonly rules?: readonly RestoreRule[]
  /** Folder, under the mount path, that receives the data. @default - the mount path */
  readonly destination?: string
  /** What happens to files that are there. @default IfEmpty */
  readonly overwrite?: 'IfEmpty' | 'Merge' | 'Replace'
  /** With IfEmpty, what a folder that is not empty means. @default Skip */
  readonly whenNotEmpty?: 'Fail' | 'Skip'
  /** Required with Merge and Replace. */
  readonly acknowledge?: typeof restoresAgain
  /** What runs before and after. @default - nothing */
  readonly hooks?: RestoreSessionSpec['hooks']
}

/**
 * A restore that lives in git. A session cannot be changed, so a digest of its spec is part of its name: an edit is a
 * new object. By default it fills an empty volume and leaves any other alone, so applying it again does no harm. With
 * Merge and Replace only what is restored and where to makes a new one; the API server refuses any other edit.
 */
export class VolumeRestore extends CheckedConstruct {
  /** `<id>-<eight hexadecimal digits>`. */
  readonly name: string
  readonly namespace: string | undefined
  readonly session: ApiObject
  readonly #props: VolumeRestoreProps
  readonly #spec: RestoreSessionSpec
  readonly #resolver = new PolicyResolver()

  constructor(scope: Construct, id: string, own: VolumeRestoreProps) {
    super(scope, id)
    const props = withDefaults(this, own)
    const { name, namespace } = identityOf(this, id, props.metadata)
    this.namespace = namespace
    this.#props = props
    this.#spec = restoreSpec(props, namespace)
    this.name = `${name}-${digestOf(identifying(this.#spec), 8)}`
    this.session = new ApiObject(this, 'Resource', {
      apiVersion,
      kind: restoreSessionKind.kind,
      metadata: metadataFor({ name: this.name, namespace }, props.metadata, { texts: true }),
      spec: this.#spec,
    })
  }

  protected findProblems(): Problem[] {
    const object = this.node.path
    const invalid = validateObject(restoreSessionKind, { spec: this.#spec }, object)
    return [
      ...identityProblems(object, this, 'Namespaced'),
      ...invalid,
      ...(invalid.length === 0 ? writtenHookProblems(this.#spec.hooks, object) : []),
      ...workloadProblems(object, this.#props, 'restore'),
      ...this.#acknowledgement(),
      ...this.#resolutionProblems(invalid.length === 0),
    ]
  }

  protected override findWarnings(): Problem[] {
    return deprecationsIn(restoreSessionKind, { spec: this.#spec }, this.node.path)
  }

  #acknowledgement(): Problem[] {
    const { overwrite = 'IfEmpty', acknowledge } = this.#props
    if (overwrite === 'IfEmpty' || acknowledge === restoresAgain) return []
    const message = `${overwrite} writes over files, and again whenever the object is deleted and applied anew (a rebuilt cluster, a prune) or what it restores, or where to, is edited; if that is meant, set acknowledge: '${restoresAgain}', else overwrite: 'IfEmpty'`
    return [{ code: 'HF3003', object: this.node.path, path: 'spec.overwrite', message }]
  }

  #resolutionProblems(valid: boolean): readonly Problem[] {
    const { namespace, name } = this
    if (namespace === undefined) return []
    const image = imageFor(this, this.#props.image)
    const policy = { kind: 'RestoreSession' as const, namespace, name, spec: this.#spec, image }
    const { repository } = this.#props
    const references = referenceProblems(this, policy, repository)
    return valid ? [...references, ...this.#resolver.resolve(this, policy, repository).problems] : references
  }
}

function restoreSpec(props: VolumeRestoreProps, namespace: string | undefined): RestoreSessionSpec {
  const { overwrite = 'IfEmpty', hooks } = props
  const target = targetFields(props)
  const whenNotEmpty = props.whenNotEmpty ?? (overwrite === 'IfEmpty' ? 'Skip' : undefined)
  return {
    target: { ...target, rules: [...(props.rules ?? [{ snapshots: ['latest'] }])] },
    repository: repositoryFields(props, namespace),
    task: taskFields(props.task, 'pvc-restore'),
    destination: props.destination ?? target.volumeMounts[0]?.mountPath,
    overwrite,
    ...(whenNotEmpty === undefined ? {} : { whenNotEmpty }),
    ...hookFields(hooks, props.notify),
    ...sharedFields(props, 'restore'),
  }
}

/**
 * What the name stands for. A restore over files must not run again because somebody gives it more time, or a release
 * writes one default more.
 */
function identifying(spec: RestoreSessionSpec): unknown {
  const { overwrite, target, destination } = spec
  if (overwrite === 'IfEmpty') return spec
  const { name, namespace } = spec.repository
  return { target, destination, overwrite, repository: { name, namespace } }
}
