import {
  ApiObject,
  ApiObjectMetadataDefinition,
  type App,
  ImplicitTokenResolver,
  type IResolver,
  JsonPatch,
  Lazy,
  LazyResolver,
  NumberStringUnionResolver,
} from 'cdk8s'
import { sortedKeys } from '../../lib/yaml/sorted-keys.js'

/** What cdk8s keeps in an ApiObject and its metadata, and declares private. */
interface Insides {
  readonly props: object
  readonly patches: readonly JsonPatch[]
  readonly metadata: MetadataInsides
}

interface MetadataInsides extends Readonly<Record<string, unknown>> {
  readonly _additionalAttributes: object
  toJson(): unknown
}

const original = ApiObject?.prototype.toJson
const standardResolvers = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver]

/** An object’s manifest; nobody may change it. */
export interface Rendered {
  readonly manifest: object
  /** Keys below the first level are still to be sorted. */
  readonly unsorted: boolean
}

export type Render = (object: ApiObject) => Rendered

/**
 * Runs `work` while `ApiObject.toJson` takes one pass instead of three, with the same result. Classes that override it,
 * as those of `cdk8s import` do, reach it through `super`. An app with resolvers of its own keeps cdk8s’ method: they
 * may do anything, and see each value in cdk8s’ order. To be called once for many objects: the engine forgets what it
 * has learnt of a class whose method is replaced.
 */
export function withQuickRendering<T>(app: App, work: (render: Render) => T): T {
  if (ApiObject.prototype.toJson !== original || !hasStandardResolvers(app.resolvers)) {
    return work(plain)
  }
  const quick = function quick(this: ApiObject) {
    return manifestOf(this)
  }
  ApiObject.prototype.toJson = quick
  try {
    // A class of its own may change what it gets from `super`, and then it must be a copy; patches change it too.
    const sorts = !process.env['CDK8S_DISABLE_SORT']
    return work(object => {
      if (object.toJson !== quick || patchesOf(object).length > 0) return plain(object)
      return { manifest: manifestOf(object, true), unsorted: sorts }
    })
  } finally {
    ApiObject.prototype.toJson = original
  }
}

function plain(object: ApiObject): Rendered {
  return { manifest: object.toJson(), unsorted: false }
}

function patchesOf(object: ApiObject): readonly JsonPatch[] {
  return (object as unknown as Insides).patches
}

/** True when an app resolves as every new App does. */
export function hasStandardResolvers(resolvers: readonly IResolver[]): boolean {
  return (
    resolvers.length === standardResolvers.length &&
    standardResolvers.every((type, index) => resolvers[index]?.constructor === type)
  )
}

/**
 * What `ApiObject.toJson()` gives with the standard resolvers. Throws what it throws. `shared`: for an object without
 * patches; whatever is written as it stands is the construct’s own and not a copy, and keys below the first level are not
 * sorted.
 */
export function manifestOf(object: ApiObject, shared = false): Record<string, unknown> {
  try {
    const { props, patches, metadata } = object as unknown as Insides
    const sorts = !process.env['CDK8S_DISABLE_SORT']
    const how: Rendering = { sorted: sorts && !shared, withoutEmpty: false, shared }
    const own = metadataOf(metadata, { sorted: !(sorts && shared), withoutEmpty: true, shared })
    const rest = entries({ ...props, metadata: undefined }, how, true)
    const rendered: Record<string, unknown> = { ...rest, ...present(own) }
    const patched = patches.length === 0 ? rendered : JsonPatch.apply(rendered, ...patches)
    const result: Record<string, unknown> = {}
    const keys = sorts && shared ? sortedKeys(patched) : Object.keys(patched)
    for (const key of [...leading, ...keys]) if (key in patched) result[key] = patched[key]
    return result
  } catch (error) {
    throw new Error(
      `Failed serializing construct at path '${object.node.path}' with name '${object.name}': ${String(error)}`,
    )
  }
}

const leading = ['apiVersion', 'kind', 'metadata']

/** How `sanitizeValue` of cdk8s is called. */
interface Rendering {
  readonly sorted: boolean
  readonly withoutEmpty: boolean
  /** Gives what needs no change as it is, instead of a copy. */
  readonly shared: boolean
}

function metadataOf(metadata: MetadataInsides, how: Rendering): unknown {
  const { toJson } = ApiObjectMetadataDefinition.prototype
  if (metadata.toJson !== toJson) return value(metadata.toJson(), { ...how, withoutEmpty: false })
  const { name, namespace, annotations, finalizers, ownerReferences, labels } = metadata
  const all = { ...metadata._additionalAttributes, name, namespace, annotations, finalizers, ownerReferences, labels }
  return value(all, how)
}

function present(metadata: unknown): { metadata?: unknown } {
  return metadata === undefined ? {} : { metadata }
}

// cdk8s: resolve() and then sanitizeValue(), for one value. Absent and null both give undefined.
function value(given: unknown, how: Rendering): unknown {
  if (given === null || given === undefined) return undefined
  if (typeof given === 'object') return composed(given, how)
  return typeof given === 'function' ? callable(given, how) : given
}

// A function may be a token too; cdk8s looks only at `resolve` and `value`.
function callable(given: object, how: Rendering): unknown {
  const { resolve, value: inner } = given as { resolve?: unknown; value?: unknown }
  if (typeof resolve === 'function') return value(resolve.call(given), how)
  return typeof inner === 'string' || typeof inner === 'number' ? value({ value: inner }, how) : given
}

function composed(given: object, how: Rendering): unknown {
  if (given instanceof Lazy) return value(given.produce(), how)
  const token = given as { resolve?: unknown; value?: unknown }
  if (typeof token.resolve === 'function') return value(token.resolve(), how)
  if (given.constructor === Object) return entries(given, how, true)
  const union = token.value
  if (typeof union === 'string' || typeof union === 'number') return entries({ value: union }, how, true)
  return Array.isArray(given) ? items(given, how, value) : foreign(given, how)
}

// An object of another realm is not resolved, but it is written; an instance of a class is refused.
function foreign(given: unknown, how: Rendering): unknown {
  if (given === null || given === undefined) return undefined
  if (typeof given !== 'object') return given
  if (Array.isArray(given)) return items(given, how, foreign)
  if (given.constructor.name !== 'Object') {
    throw new Error(`can't render non-simple object of type '${given.constructor.name}'`)
  }
  return entries(given, how, false)
}

function items(given: readonly unknown[], how: Rendering, each: typeof value): unknown {
  if (how.withoutEmpty && given.length === 0) return undefined
  const result = given.map(item => each(item, how))
  return how.shared && result.every((item, index) => item === given[index]) ? given : result
}

function entries(given: object, how: Rendering, resolves: boolean): Record<string, unknown> | undefined {
  const from = given as Record<string, unknown>
  const keys = Object.keys(from)
  let same = how.shared && (!how.sorted || isSorted(keys)) && keys.length > 0
  const values: unknown[] = []
  for (let index = 0; index < keys.length; index++) {
    const before = from[keys[index] ?? '']
    const after = resolves ? value(before, how) : foreign(before, how)
    if (after !== before || after === undefined) same = false
    values.push(after)
  }
  if (same) return from
  // Only now: values are resolved in the order they were written in, since a token may count.
  if (how.sorted) sortTogether(keys, values)
  const result: Record<string, unknown> = {}
  let empty = true
  for (let index = 0; index < keys.length; index++) {
    if (values[index] === undefined) continue
    result[keys[index] ?? ''] = values[index]
    empty = false
  }
  return empty && how.withoutEmpty ? undefined : result
}

function isSorted(keys: readonly string[]): boolean {
  for (let index = 1; index < keys.length; index++) if ((keys[index - 1] ?? '') > (keys[index] ?? '')) return false
  return true
}

/** Few keys, often in order already: that is where inserting is quickest. */
const fewKeys = 24

function sortTogether(keys: string[], values: unknown[]): void {
  if (keys.length > fewKeys) {
    const byKey = new Map(keys.map((key, index) => [key, values[index]]))
    keys.sort().forEach((key, index) => {
      values[index] = byKey.get(key)
    })
    return
  }
  for (let index = 1; index < keys.length; index++) {
    const [key, own] = [keys[index] ?? '', values[index]]
    let place = index
    for (; place > 0 && (keys[place - 1] ?? '') > key; place--) {
      keys[place] = keys[place - 1] ?? ''
      values[place] = values[place - 1]
    }
    keys[place] = key
    values[place] = own
  }
}
