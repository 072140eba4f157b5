import { z } from 'zod'

/** A structural schema of the Kubernetes API (apiextensions.k8s.io/v1 JSONSchemaProps, the part we use). */
export interface StructuralSchema {
  description?: string
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  format?: string
  nullable?: boolean
  default?: unknown
  enum?: unknown[]
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  exclusiveMinimum?: boolean
  exclusiveMaximum?: boolean
  multipleOf?: number
  items?: StructuralSchema
  minItems?: number
  maxItems?: number
  required?: string[]
  properties?: Record<string, StructuralSchema>
  additionalProperties?: StructuralSchema
  minProperties?: number
  maxProperties?: number
  anyOf?: StructuralSchema[]
  allOf?: StructuralSchema[]
  [extension: `x-kubernetes-${string}`]: unknown
}

type Node = Record<string, unknown>

/** In the order in which they are written. Anything else in a schema is an error, never silently lost. */
const kept = [
  ...['description', 'type', 'format', 'nullable', 'default', 'enum', 'pattern', 'minLength', 'maxLength'],
  ...['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum', 'multipleOf'],
  ...['items', 'minItems', 'maxItems', 'required', 'properties', 'additionalProperties', 'minProperties'],
  ...['maxProperties', 'anyOf', 'allOf'],
]
// CRDs cannot limit the keys of a map; zod still does.
const dropped = ['propertyNames']
// Formats that the API server checks the same way; others it ignores, or reads differently (`duration`).
const formats = ['date-time', 'int32', 'int64', 'uri']
const int32 = { minimum: -2147483648, maximum: 2147483647 }

/**
 * The structural OpenAPI v3 schema of a zod schema's input side, for a CustomResourceDefinition.
 * Throws TypeError, with the field, for what a CRD cannot say or would say differently: unions of objects, regular
 * expression flags, defaults inside lists, references, keywords the API server does not know.
 */
export function toStructuralSchema(schema: z.ZodType): StructuralSchema {
  const json = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    cycles: 'throw',
    reused: 'inline',
    unrepresentable: 'throw',
    override: ({ zodSchema, path }) => refuseDrift(zodSchema, fieldPath(path)),
  })
  const { $schema: _schema, ...root } = json as Node
  return convert(root, '', false)
}

/** `['properties', 'a', 'items']` as a person writes it: `.a[]`. */
function fieldPath(path: readonly (string | number)[]): string {
  let text = ''
  for (let index = 0; index < path.length; index += 1) {
    if (path[index] === 'properties') {
      index += 1
      text += `.${path[index]}`
    } else if (path[index] === 'items') text += '[]'
    else if (path[index] === 'additionalProperties') text += '.*'
  }
  return text
}

function refuseDrift(schema: z.core.$ZodType, path: string): void {
  for (const pattern of patternsOf(schema)) {
    if (pattern.flags !== '') throw fault(path, `pattern ${pattern}: a CRD would lose the flags; spell them out`)
  }
  if (!isDefault(schema)) return
  const { innerType, defaultValue } = schema._zod.def
  const result = z.safeParse(innerType, defaultValue)
  if (!result.success) throw fault(path, 'the default does not satisfy its own schema')
}

/** zod keeps a pattern on a check (`.regex()`) or on the schema itself (`z.email()`). */
function patternsOf(schema: z.core.$ZodType): RegExp[] {
  const { checks = [] } = schema._zod.def
  const holders: object[] = [schema._zod.def, ...checks.map(check => check._zod.def)]
  return holders.flatMap(holder => ('pattern' in holder && holder.pattern instanceof RegExp ? [holder.pattern] : []))
}

function isDefault(schema: z.core.$ZodType): schema is z.core.$ZodDefault | z.core.$ZodPrefault {
  return schema._zod.def.type === 'default' || schema._zod.def.type === 'prefault'
}

function convert(node: Node, path: string, inList: boolean): StructuralSchema {
  if (inList && 'default' in node)
    throw fault(path, 'a default inside a list: GitOps tools would see drift; document it')
  if ('oneOf' in node) throw fault(path, 'a union of objects: use one object with optional fields and a rule()')
  const shaped = integer(unions(openness(node), path), path)
  for (const key of Object.keys(shaped)) {
    if (dropped.includes(key)) delete shaped[key]
    else if (!kept.includes(key) && !key.startsWith('x-kubernetes-')) throw fault(path, `CRDs cannot say '${key}'`)
  }
  strings(shaped, path)
  children(shaped, path, inList)
  return ordered(shaped)
}

/** Strict objects prune by themselves; loose ones keep what they do not know. */
function openness(node: Node): Node {
  const { additionalProperties: open, ...rest } = node
  if (isNode(open) && Object.keys(open).length > 0) return { ...node }
  const unknown = rest['type'] === undefined && rest['anyOf'] === undefined && rest['enum'] === undefined
  if (isNode(open) || open === true || unknown) rest['x-kubernetes-preserve-unknown-fields'] = true
  return rest
}

/** int-or-string is the one union of types that a structural schema has. */
function unions(node: Node, path: string): Node {
  const { anyOf, ...rest } = node
  if (!Array.isArray(anyOf)) return rest
  const types = anyOf.map(branch => (isNode(branch) ? branch['type'] : undefined)).sort()
  if (types.join() !== 'integer,string') throw fault(path, 'a union other than integer or string')
  const bare = [{ type: 'integer' }, { type: 'string' }]
  return { ...rest, anyOf: bare, 'x-kubernetes-int-or-string': true }
}

/** zod writes JavaScript's safe integers as limits; CRDs have formats for that. */
function integer(node: Node, path: string): Node {
  if (node['type'] !== 'integer') return node
  const { minimum, maximum, ...rest } = node
  const narrow = minimum === int32.minimum || maximum === int32.maximum || within32(minimum, maximum)
  const keeps = (limit: unknown): boolean =>
    typeof limit === 'number' && Math.abs(limit) !== Number.MAX_SAFE_INTEGER && !Object.values(int32).includes(limit)
  if (rest['format'] !== undefined) throw fault(path, `format '${String(rest['format'])}' on an integer`)
  return {
    ...rest,
    format: narrow ? 'int32' : 'int64',
    ...(keeps(minimum) ? { minimum } : {}),
    ...(keeps(maximum) ? { maximum } : {}),
  }
}

function within32(minimum: unknown, maximum: unknown): boolean {
  return (
    typeof minimum === 'number' && typeof maximum === 'number' && minimum >= int32.minimum && maximum <= int32.maximum
  )
}

function strings(node: Node, path: string): void {
  const format = node['format']
  if (typeof format === 'string' && !formats.includes(format))
    throw fault(path, `format '${format}' is not Kubernetes'`)
  // The API server checks the format; zod's own pattern for it is long and stricter about time zones.
  if (format === 'date-time') delete node['pattern']
  // zod writes a second pattern as a typed branch; a structural schema has types only outside.
  if (Array.isArray(node['allOf'])) node['allOf'] = node['allOf'].map(branch => patternOnly(branch, path))
}

function patternOnly(branch: unknown, path: string): Node {
  const { type: _type, ...rest } = isNode(branch) ? branch : {}
  if (Object.keys(rest).join() !== 'pattern') throw fault(path, 'an intersection that is more than patterns')
  return rest
}

function children(node: Node, path: string, inList: boolean): void {
  const { items, properties, additionalProperties: values } = node
  if (isNode(items)) node['items'] = convert(items, `${path}[]`, true)
  if (isNode(values)) node['additionalProperties'] = convert(values, `${path}.*`, inList)
  if (!isNode(properties)) return
  const converted = Object.entries(properties).map(([key, child]) => {
    if (!isNode(child)) throw fault(`${path}.${key}`, 'a field without a schema')
    return [key, convert(child, `${path}.${key}`, inList)] as const
  })
  // The API server drops an empty list of fields, and GitOps tools would see that as drift for ever.
  if (converted.length === 0) delete node['properties']
  else node['properties'] = Object.fromEntries(converted)
}

function ordered(node: Node): StructuralSchema {
  const extensions = Object.keys(node)
    .filter(key => key.startsWith('x-kubernetes-'))
    .sort()
  const present = [...kept, ...extensions].filter(key => node[key] !== undefined)
  return Object.fromEntries(present.map(key => [key, node[key]]))
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fault(path: string, what: string): TypeError {
  return new TypeError(`schema${path}: ${what}`)
}
