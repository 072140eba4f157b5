import { ApiObject, Lazy } from 'cdk8s'
import type { Construct } from 'constructs'
import type { FunctionSpec } from '../lib/api/function.js'
import { apiVersion } from '../lib/api/group.js'
import { functionKind } from '../lib/api/kinds.js'
import type { Problem } from '../lib/problem.js'
import { deprecationsIn } from '../lib/schema/deprecation.js'
import { validateObject } from '../lib/schema/validate.js'
import { CheckedConstruct } from './checked-construct.js'
import { clusterScoped, identityProblems, metadataFor, type ObjectMetadata } from './metadata.js'
import { TaskCatalogue } from './task-catalogue.js'

/** A Function, wherever it is written. */
export interface IFunction {
  readonly name: string
}

/** What a Function runs: `image`, `command`, `args`, … with `${VARIABLE}` and `${VARIABLE:=default}` in its texts. */
export interface FunctionProps extends Readonly<FunctionSpec> {
  readonly metadata?: Omit<ObjectMetadata, 'namespace'>
}

/** A step: the container that a Task runs. Cluster-scoped; an administrator owns it. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the kind has been called Function since Stash.
export class Function extends CheckedConstruct implements IFunction {
  /** A Function that is written elsewhere: Tasks that use it are resolved by the controller. */
  static fromFunctionName(scope: Construct, _id: string, name: string): IFunction {
    TaskCatalogue.of(scope).addFunction(name, 'elsewhere')
    return { name }
  }

  readonly name: string
  readonly spec: FunctionSpec
  readonly function: ApiObject

  constructor(scope: Construct, id: string, props: FunctionProps) {
    super(scope, id)
    const { metadata, ...spec } = props
    this.name = metadata?.name ?? id
    this.spec = spec
    TaskCatalogue.of(this).addFunction(this.name, { spec: () => this.spec })
    this.function = clusterScoped(
      new ApiObject(this, 'Resource', {
        apiVersion,
        kind: functionKind.kind,
        metadata: metadataFor({ name: this.name, namespace: undefined }, metadata, { texts: true }),
        spec: Lazy.any({ produce: () => this.spec }),
      }),
    )
  }

  protected override findWarnings(): Problem[] {
    return deprecationsIn(functionKind, this, this.node.path)
  }

  protected findProblems(): Problem[] {
    const object = this.node.path
    const identity = { name: this.name, namespace: undefined }
    return [...identityProblems(object, identity, 'Cluster'), ...validateObject(functionKind, this, object)]
  }
}
