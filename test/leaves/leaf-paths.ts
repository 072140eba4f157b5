import type { KindDefinition } from '../../lib/schema/crd.js'
import { type StructuralSchema, toStructuralSchema } from '../../lib/schema/structural.js'

/** One field of a spec that holds a value: the first item of a list, any key of a map (`*`), a core/v1 object whole. */
export interface Leaf {
  readonly kind: string
  /** As a person writes it: `spec.target.paths[0]`. */
  readonly path: string
  readonly keys: readonly (string | number)[]
  readonly schema: StructuralSchema
}

/** Every leaf of a kind’s spec, out of the schema of its CustomResourceDefinition. */
export function leavesOf(definition: KindDefinition): Leaf[] {
  return walk(toStructuralSchema(definition.spec), []).map(({ keys, schema }) => ({
    kind: definition.kind,
    path: `spec${keys.map(key => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')}`,
    keys,
    schema,
  }))
}

type Found = Pick<Leaf, 'keys' | 'schema'>

function walk(schema: StructuralSchema, keys: readonly (string | number)[]): Found[] {
  const { items, properties, additionalProperties } = schema
  if (items !== undefined) return walk(items, [...keys, 0])
  if (additionalProperties !== undefined) return walk(additionalProperties, [...keys, '*'])
  if (properties === undefined) return [{ keys, schema }]
  return Object.entries(properties).flatMap(([key, child]) => walk(child, [...keys, key]))
}

/** A leaf with a single possible value: nothing can be chosen, so nothing can depend on the choice. */
export const isConstant = ({ schema }: Leaf): boolean => schema.enum?.length === 1

type Json = Record<string, unknown>
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

/** The keys of a leaf in one object: `*` becomes the first key of the map. Undefined when it has no value there. */
function keysIn(spec: unknown, keys: Leaf['keys']): (string | number)[] | undefined {
  let at: unknown = spec
  const found: (string | number)[] = []
  for (const key of keys) {
    if (!isJson(at)) return undefined
    const own = key === '*' ? Object.keys(at)[0] : key
    if (own === undefined || at[own] === undefined) return undefined
    found.push(own)
    at = at[own]
  }
  return found
}

export function valueAt(spec: unknown, { keys }: Leaf): unknown {
  return keysIn(spec, keys)?.reduce<unknown>((at, key) => (isJson(at) ? at[key] : undefined), spec)
}

/** A copy of a spec with another value at one leaf. Throws when the leaf has no value there. */
export function withValue<T>(spec: T, leaf: Leaf, value: unknown): T {
  const copy = structuredClone(spec)
  const keys = keysIn(copy, leaf.keys)
  const last = keys?.pop()
  const parent = keys?.reduce<unknown>((at, key) => (isJson(at) ? at[key] : undefined), copy)
  if (last === undefined || !isJson(parent)) throw new Error(`${leaf.path} has no value`)
  parent[last] = value
  return copy
}
