import type { FunctionSpec } from './api/function.js'
import type { TaskSpec } from './api/task.js'

/** A Task with the Functions it names; a name without a Function is a problem that the resolver reports. */
export interface TaskSource {
  readonly name: string
  readonly spec: TaskSpec
  readonly functions: Readonly<Record<string, FunctionSpec>>
}
