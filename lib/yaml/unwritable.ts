import type { Problem } from '../problem.js'
import { hasLoneSurrogate, isPlainObject, jsonValue } from './json-value.js'

/** Collections inside collections: js-yaml reads no more, whatever they are made of. */
export const deepest = 98

/** Thrown at the first thing that cannot be written; the value is then searched for all of them. */
export class Unwritable extends Error {}

/** A path as a person would write it: `data["a b"]`, `spec.args[0]`. */
function below(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

/** `Kind namespace/name` when the value is a manifest, else what can be said of it. */
function nameOf(value: unknown): string {
  const { kind, metadata } = (value ?? {}) as { kind?: unknown; metadata?: { name?: unknown; namespace?: unknown } }
  if (typeof kind !== 'string') return 'the value'
  const { name, namespace } = metadata ?? {}
  const full = [namespace, name].filter(part => typeof part === 'string').join('/')
  return full === '' ? kind : `${kind} ${full}`
}

/** Why a scalar cannot be written, or undefined when it can. */
function refusal(value: unknown): string | undefined {
  switch (typeof value) {
    case 'number':
      if (Number.isFinite(value)) return undefined
      return `found ${value}, and Kubernetes has no such number; give a finite number, or the text "${value}"`
    case 'bigint':
      return `found the bigint ${value}n; give a number, or a text when it is larger than ${Number.MAX_SAFE_INTEGER}`
    case 'function':
      return `found the function ${value.name || '(anonymous)'}; a value is expected: was it meant to be called?`
    case 'symbol':
      return `found ${String(value)}; a text is expected`
    case 'string':
      if (!hasLoneSurrogate(value)) return undefined
      return `found ${JSON.stringify(value)}, which holds half of a character (a lone surrogate); give whole characters`
    default:
      return undefined
  }
}

/** Walks a value and notes every place that cannot be written. */
class Inspection {
  readonly problems: Problem[] = []
  readonly #object: string
  readonly #ancestors = new Set<object>()

  constructor(object: string) {
    this.#object = object
  }

  visit(given: unknown, path: string): void {
    const value = jsonValue(given)
    if (typeof value === 'object' && value !== null) this.#enter(value, path)
    else this.#note(path, refusal(value))
  }

  #enter(value: object, path: string): void {
    const reason = this.#whyNotEntered(value)
    if (reason !== undefined) {
      this.#note(path, reason)
      return
    }
    this.#ancestors.add(value)
    if (Array.isArray(value)) this.#items(value, path)
    else this.#fields(value, path)
    this.#ancestors.delete(value)
  }

  #whyNotEntered(value: object): string | undefined {
    if (this.#ancestors.has(value)) return 'found an object that holds itself; a tree is expected'
    if (this.#ancestors.size >= deepest) return `lies deeper than ${deepest} levels, and js-yaml reads no more`
    if (Array.isArray(value) || isPlainObject(value)) return undefined
    return `found an instance of ${value.constructor.name}; a plain object is expected: write out its fields`
  }

  #items(items: readonly unknown[], path: string): void {
    for (const [index, item] of items.entries()) this.visit(item, below(path, index))
  }

  #fields(fields: object, path: string): void {
    for (const [key, field] of Object.entries(fields)) {
      if (field === undefined) continue
      const here = below(path, key)
      const reason = refusal(key)
      this.#note(here, reason === undefined ? undefined : `the key cannot be written: ${reason}`)
      this.visit(field, here)
    }
  }

  #note(path: string, message: string | undefined): void {
    if (message !== undefined) this.problems.push({ code: 'HF6004', object: this.#object, path, message })
  }
}

/** Every place of the value that YAML or Kubernetes cannot hold; empty when it can be written. */
export function unwritable(root: unknown): Problem[] {
  const inspection = new Inspection(nameOf(root))
  inspection.visit(root, '')
  return inspection.problems
}
