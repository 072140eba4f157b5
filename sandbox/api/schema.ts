import { copy, type Fields, isFields } from './object.js'

/** A structural schema, as `openAPIV3Schema` of a custom resource definition writes it. */
export interface Schema {
  readonly type?: string
  readonly format?: string
  readonly properties?: Record<string, Schema>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: boolean
  readonly exclusiveMaximum?: boolean
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly nullable?: boolean
  readonly default?: unknown
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly not?: Schema
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map'
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
}

const always = new Set(['apiVersion', 'kind', 'metadata'])

/** A copy of `value` without the fields the schema does not name; their paths go to `unknown`. */
export function prune(value: unknown, schema: Schema, unknown: string[], path = ''): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => (schema.items ? prune(item, schema.items, unknown, `${path}[${index}]`) : item))
  }
  if (!isFields(value)) return value
  const kept: Fields = {}
  for (const [key, inner] of Object.entries(value)) {
    const place = path === '' ? key : `${path}.${key}`
    const root = path === '' || schema['x-kubernetes-embedded-resource'] === true
    if (root && always.has(key)) kept[key] = inner
    else pruneField(kept, key, inner, schema, unknown, place)
  }
  return kept
}

function pruneField(kept: Fields, key: string, value: unknown, schema: Schema, unknown: string[], path: string): void {
  const property = schema.properties?.[key]
  const additional = schema.additionalProperties
  if (property !== undefined) kept[key] = prune(value, property, unknown, path)
  else if (isFields(additional)) kept[key] = prune(value, additional as Schema, unknown, path)
  else if (schema['x-kubernetes-preserve-unknown-fields'] === true || additional === true) kept[key] = value
  else unknown.push(path)
}

/** A copy of `value` with the schema's defaults put in; a null where null is not allowed makes room for its default. */
export function applyDefaults(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) return schema.items ? value.map(item => applyDefaults(item, schema.items ?? {})) : value
  if (!isFields(value)) return value
  const filled: Fields = { ...value }
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const missing = filled[key] === undefined || (filled[key] === null && property.nullable !== true)
    if (missing && property.default !== undefined) filled[key] = copy(property.default)
    if (filled[key] !== undefined) filled[key] = applyDefaults(filled[key], property)
  }
  const additional = schema.additionalProperties
  if (isFields(additional)) {
    for (const key of Object.keys(filled)) {
      if (schema.properties?.[key] === undefined) filled[key] = applyDefaults(filled[key], additional as Schema)
    }
  }
  return filled
}

/** The keys that tell the items of the list at `path` apart, when the schema says it is a map. */
export function listMapKeys(schema: Schema | undefined, path: readonly string[]): readonly string[] | undefined {
  let at: Schema | undefined = schema
  for (const part of path) {
    if (part === '[]') at = at?.items
    else
      at =
        at?.properties?.[part] ?? (isFields(at?.additionalProperties) ? (at.additionalProperties as Schema) : undefined)
  }
  return at?.['x-kubernetes-list-type'] === 'map' ? at['x-kubernetes-list-map-keys'] : undefined
}
