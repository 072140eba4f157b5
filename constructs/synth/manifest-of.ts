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

/**
 * Runs `work` while `ApiObject.toJson` takes one pass instead of three, with the same result. Classes that override it,
 * as those of `cdk8s import` do, reach it through `super`. An app with resolvers of its own keeps cdk8s’ method: they
 * may do anything, and see each value in cdk8s’ order.
 */
export function withQuickRendering<T>(app: App, work: (render: (object: ApiObject) => object) => T): T {
  if (ApiObject.prototype.toJson !== original || !hasStandardResolvers(app.resolvers)) {
    return work(object => object.toJson())
  }
  const quick = function quick(this: ApiObject) {
    return manifestOf(this)
  }
  ApiObject.prototype.toJson = quick
  try {
    // A class of its own may change what it gets from `super`, and then it must be a copy.
    return work(object => (object.toJson === quick ? manifestOf(object, true) : object.toJson()))
  } finally {
    ApiObject.prototype.toJson = original
  }
}

/** True when an app resolves as every new App does. */
export function hasStandardResolvers(resolvers: readonly IResolver[]): boolean {
  return (
    resolvers.length === standardResolvers.length &&
    standardResolvers.every((type, index) => resolvers[index]?.constructor === type)
  )
}

/**
 * What `ApiObject.toJson()` gives with the standard resolvers. Throws what it throws. `shared`: parts that are written as
 * they stand may be the construct’s own, so nobody may change the result.
 */
export function manifestOf(object: ApiObject, shared = false): Record<string, unknown> {
  try {
    const { props, patches, metadata } = object as unknown as Insides
    const how: Rendering = {
      sorted: !process.env['CDK8S_DISABLE_SORT'],
      withoutEmpty: false,
      shared: shared && patches.length === 0,
    }
    const own = metadataOf(metadata, how)
    const rendered: Record<string, unknown> = { ...entries({ ...props, metadata: undefined }, how, true), ...own }
    const patched = patches.length === 0 ? rendered : JsonPatch.apply(rendered, ...patches)
    const result: Record<string, unknown> = {}
    for (const key of [...leading, ...Object.keys(patched)]) if (key in patched) result[key] = patched[key]
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

function metadataOf(metadata: MetadataInsides, how: Rendering): { metadata?: unknown } {
  const { toJson } = ApiObjectMetadataDefinition.prototype
  if (metadata.toJson !== toJson) return present(value(metadata.toJson(), how))
  const { name, namespace, annotations, finalizers, ownerReferences, labels } = metadata
  const all = { ...metadata._additionalAttributes, name, namespace, annotations, finalizers, ownerReferences, labels }
  return present(value(all, { sorted: true, withoutEmpty: true, shared: how.shared }))
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
