import type { CelValidation } from './rule.js'
import type { StructuralSchema } from './structural.js'

type Fault = string

// Under anyOf and allOf only value validations may stand (Kubernetes API: structural schema rule 3).
const structure = ['description', 'default', 'nullable', 'properties', 'items', 'additionalProperties']

/**
 * Throws TypeError with every breach of the structural rules of the API server, and of ours: whatever CEL could walk
 * over has a bound, since the API server refuses a definition whose rules could cost too much.
 */
export function assertStructural(schema: StructuralSchema, path = ''): void {
  const faults = structuralFaults(schema, path)
  if (faults.length > 0) throw new TypeError(faults.join('\n'))
}

/** All breaches as `field: what is wrong`; empty when the schema is sound. */
export function structuralFaults(schema: StructuralSchema, path = ''): readonly Fault[] {
  const here = [...shape(schema), ...bounds(schema), ...listType(schema), ...rules(schema)]
  const named = here.map(text => `schema${path}: ${text}`)
  const nested = Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
    structuralFaults(child, `${path}.${key}`),
  )
  const items = schema.items === undefined ? [] : structuralFaults(schema.items, `${path}[]`)
  const values =
    schema.additionalProperties === undefined ? [] : structuralFaults(schema.additionalProperties, `${path}.*`)
  return [...named, ...nested, ...items, ...values]
}

function shape(schema: StructuralSchema): Fault[] {
  const faults: Fault[] = []
  const intOrString = schema['x-kubernetes-int-or-string'] === true
  const untyped = intOrString || schema['x-kubernetes-preserve-unknown-fields'] === true
  if (schema.type === undefined && !untyped) faults.push('has no type')
  if (schema.type === 'array' && schema.items === undefined) faults.push('is a list without items')
  if (schema.properties !== undefined && schema.additionalProperties !== undefined) {
    faults.push('has both properties and additionalProperties')
  }
  for (const key of schema.required ?? []) {
    if (schema.properties?.[key] === undefined) faults.push(`requires '${key}', which is not a property`)
    else if (schema.properties[key].default !== undefined) faults.push(`requires '${key}', which has a default`)
  }
  for (const branch of [...(schema.anyOf ?? []), ...(schema.allOf ?? [])]) {
    const typed = !intOrString && branch.type !== undefined ? ['type'] : []
    const misplaced = [...typed, ...structure.filter(key => key in branch)]
    if (misplaced.length > 0) faults.push(`has ${misplaced.join(', ')} inside anyOf or allOf`)
  }
  return faults
}

function bounds(schema: StructuralSchema): Fault[] {
  if (schema.type === 'array' && schema.maxItems === undefined) return ['is a list without maxItems']
  if (schema.additionalProperties !== undefined && schema.maxProperties === undefined) {
    return ['is a map without maxProperties']
  }
  const short = schema.enum !== undefined || schema.format === 'date-time' || schema.maxLength !== undefined
  return schema.type === 'string' && !short ? ['is text without maxLength'] : []
}

function listType(schema: StructuralSchema): Fault[] {
  const type = schema['x-kubernetes-list-type']
  const keys = schema['x-kubernetes-list-map-keys']
  if (type === undefined && keys === undefined) return []
  if (schema.type !== 'array') return ['has a list type but is no list']
  if (type === 'set' && isCollection(schema.items)) return ['is a set of lists or objects']
  if (type !== 'map') return keys === undefined ? [] : ['has map keys but list type is not map']
  if (!Array.isArray(keys) || keys.length === 0) return ['has list type map without list-map-keys']
  return keys.flatMap(key => mapKey(schema.items, String(key)))
}

function mapKey(items: StructuralSchema | undefined, key: string): Fault[] {
  const field = items?.properties?.[key]
  if (field === undefined) return [`has map key '${key}', which its items do not have`]
  if (isCollection(field)) return [`has map key '${key}', which is not a scalar`]
  return items?.required?.includes(key) === true || field.default !== undefined
    ? []
    : [`has map key '${key}', which is neither required nor defaulted`]
}

function isCollection(schema: StructuralSchema | undefined): boolean {
  return schema?.type === 'array' || schema?.type === 'object'
}

function rules(schema: StructuralSchema): Fault[] {
  const validations = (schema['x-kubernetes-validations'] ?? []) as readonly CelValidation[]
  return validations.flatMap(validation => {
    const keys = validation.fieldPath?.split('.').slice(1) ?? []
    let target: StructuralSchema | undefined = schema
    for (const key of keys) target = target?.properties?.[key]
    return target === undefined ? [`has a rule about ${validation.fieldPath}, which is not a field`] : []
  })
}
