import type { IConstruct } from 'constructs'
import type { FunctionSpec } from '../lib/api/function.js'
import type { TaskSpec } from '../lib/api/task.js'
import { builtInFunctions, builtInTasks } from '../lib/built-ins.js'
import { nearestWord } from '../lib/nearest-word.js'
import type { TaskSource } from '../lib/task-source.js'

/** What a name stands for: an object of this app or of Holdfast, one that is written elsewhere, or nothing known. */
type Entry<T> = { readonly spec: () => T } | 'elsewhere'

/** The Tasks and Functions that the policies of one app can name. */
export class TaskCatalogue {
  static readonly #byRoot = new WeakMap<IConstruct, TaskCatalogue>()
  readonly #tasks = new Map<string, Entry<TaskSpec>>()
  readonly #functions = new Map<string, Entry<FunctionSpec>>()

  private constructor() {
    for (const [name, spec] of Object.entries(builtInTasks)) this.#tasks.set(name, { spec: () => spec })
    for (const [name, spec] of Object.entries(builtInFunctions)) this.#functions.set(name, { spec: () => spec })
  }

  /** The catalogue of the app that a construct belongs to. */
  static of(construct: IConstruct): TaskCatalogue {
    const { root } = construct.node
    const found = TaskCatalogue.#byRoot.get(root) ?? new TaskCatalogue()
    TaskCatalogue.#byRoot.set(root, found)
    return found
  }

  addTask(name: string, entry: Entry<TaskSpec>): void {
    this.#tasks.set(name, entry)
  }

  addFunction(name: string, entry: Entry<FunctionSpec>): void {
    this.#functions.set(name, entry)
  }

  /** A Task with its Functions; `elsewhere` when a part of it is known only to the cluster; a message when it is unknown. */
  find(name: string): TaskSource | 'elsewhere' | { readonly unknown: string } {
    const task = this.#tasks.get(name)
    if (task === 'elsewhere') return task
    if (task === undefined) {
      return { unknown: unknownName(`Task '${name}'`, name, this.#tasks, 'Task.fromTaskName') }
    }
    const spec = task.spec()
    const functions: Record<string, FunctionSpec> = {}
    for (const step of spec.steps) {
      const found = this.#functions.get(step.name)
      if (found === 'elsewhere') return found
      if (found !== undefined) functions[step.name] = found.spec()
    }
    return { name, spec, functions }
  }

  /** What is wrong with the name of a Function; undefined when it is known. */
  unknownFunction(name: string): string | undefined {
    if (this.#functions.has(name)) return undefined
    return unknownName(`Function '${name}'`, name, this.#functions, 'Function.fromFunctionName')
  }
}

function unknownName(what: string, name: string, known: ReadonlyMap<string, unknown>, door: string): string {
  const names = [...known.keys()]
  const nearest = nearestWord(name, names)
  const fix = nearest === undefined ? `expected one of ${names.join(', ')}` : `did you mean '${nearest}'?`
  return `there is no ${what} in this app; ${fix} (one that is written elsewhere: ${door})`
}
