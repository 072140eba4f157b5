import { ApiObject, Lazy } from 'cdk8s'
import type { Construct } from 'constructs'
import { apiVersion } from '../lib/api/group.js'
import { taskKind } from '../lib/api/kinds.js'
import type { Parameter } from '../lib/api/mover.js'
import type { TaskSpec } from '../lib/api/task.js'
import type { Problem } from '../lib/problem.js'
import { deprecationsIn } from '../lib/schema/deprecation.js'
import { validateObject } from '../lib/schema/validate.js'
import { CheckedConstruct } from './checked-construct.js'
import type { IFunction } from './function.js'
import { clusterScoped, identityProblems, metadataFor, type ObjectMetadata } from './metadata.js'
import { TaskCatalogue } from './task-catalogue.js'

/** Values of variables, by name. */
export type Parameters = Readonly<Record<string, string>>

/** A Task, wherever it is written; with `params`, the values that a policy gives to its variables. */
export interface ITask {
  readonly name: string
  readonly params?: Parameters
}

export interface TaskStep {
  /** The Function, or the name of a built-in one: `pvc-backup`, `pvc-restore`, `update-status`. */
  readonly function: IFunction | string
  /** Values for its variables. */
  readonly params?: Parameters
}

export interface TaskProps {
  readonly metadata?: Omit<ObjectMetadata, 'namespace'>
  /** Functions in order: all but the last are init containers, the last is the container. */
  readonly steps: readonly TaskStep[]
  /** core/v1 Volume, with `${VARIABLE}` in their texts. @default - none */
  readonly volumes?: readonly Record<string, unknown>[]
}

/** Functions in order, and the volumes that they share. Cluster-scoped; an administrator owns it. */
export class Task extends CheckedConstruct implements ITask {
  /** A Task that is written elsewhere: policies that use it carry no Job template, the controller resolves it. */
  static fromTaskName(scope: Construct, _id: string, name: string): ITask {
    TaskCatalogue.of(scope).addTask(name, 'elsewhere')
    return { name }
  }

  readonly name: string
  readonly spec: TaskSpec
  readonly task: ApiObject

  constructor(scope: Construct, id: string, props: TaskProps) {
    super(scope, id)
    const { metadata, steps, volumes } = props
    this.name = metadata?.name ?? id
    this.spec = {
      steps: (steps ?? []).map(step => ({
        name: typeof step.function === 'string' ? step.function : step.function.name,
        ...(step.params === undefined ? {} : { params: parameterList(step.params) }),
      })),
      ...(volumes === undefined ? {} : { volumes: [...volumes] }),
    }
    TaskCatalogue.of(this).addTask(this.name, { spec: () => this.spec })
    this.task = clusterScoped(
      new ApiObject(this, 'Resource', {
        apiVersion,
        kind: taskKind.kind,
        metadata: metadataFor({ name: this.name, namespace: undefined }, metadata, { texts: true }),
        spec: Lazy.any({ produce: () => this.spec }),
      }),
    )
  }

  protected override findWarnings(): Problem[] {
    return deprecationsIn(taskKind, this, this.node.path)
  }

  protected findProblems(): Problem[] {
    const object = this.node.path
    const identity = { name: this.name, namespace: undefined }
    const unknown = this.spec.steps.flatMap((step, index): Problem[] => {
      const message = TaskCatalogue.of(this).unknownFunction(step.name)
      return message === undefined ? [] : [{ code: 'HF2001', object, path: `spec.steps[${index}].name`, message }]
    })
    return [...identityProblems(object, identity, 'Cluster'), ...validateObject(taskKind, this, object), ...unknown]
  }
}

/** Parameters as the API writes them, in the order they were written in. */
export function parameterList(params: Parameters): Parameter[] {
  return Object.entries(params).map(([name, value]) => ({ name, value }))
}
