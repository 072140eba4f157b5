import { apiGroup, apiVersion } from '../api/group.js'
import { type KindDefinition, objectSchema } from './crd.js'
import type { StructuralSchema } from './structural.js'

/** A JSON Schema (draft 7), which editors and kubeconform read. */
export type JsonSchema = Readonly<Record<string, unknown>>

const dialect = 'http://json-schema.org/draft-07/schema#'
/** Keywords that mean the same in OpenAPI 3.0 and in JSON Schema. */
const same = [
  ...['description', 'type', 'default', 'enum', 'pattern', 'minLength', 'maxLength', 'multipleOf'],
  ...['minItems', 'maxItems', 'required', 'minProperties', 'maxProperties'],
] as const

/** The path below `schemas/` where tools look for a kind’s schema: `holdfast.dev/repository_v1alpha1.json`. */
export function jsonSchemaPath({ kind }: KindDefinition): string {
  return `${apiGroup}/${kind.toLowerCase()}_${apiVersion.slice(apiGroup.length + 1)}.json`
}

/**
 * The JSON Schema of a whole object of a kind, from the schema of its CustomResourceDefinition. Fields that the API does
 * not know are errors here, where the API server would drop them. What only CEL says is left out.
 * Throws TypeError as the definition itself does.
 */
export function toJsonSchema(definition: KindDefinition): JsonSchema {
  const { kind } = definition
  const { properties, required = [], ...object } = objectSchema(definition)
  const converted = convert({ ...object, properties: { ...properties } })
  const fields = converted['properties'] as Record<string, JsonSchema>
  return {
    $schema: dialect,
    title: `${kind} ${apiVersion}`,
    ...converted,
    required: ['apiVersion', 'kind', 'metadata', ...required],
    properties: {
      ...fields,
      apiVersion: { type: 'string', enum: [apiVersion] },
      kind: { type: 'string', enum: [kind] },
      metadata: { description: 'Standard metadata of a Kubernetes object.', type: 'object' },
    },
  }
}

function convert(schema: StructuralSchema): JsonSchema {
  const { items, properties, additionalProperties, allOf } = schema
  const kept = Object.fromEntries(same.flatMap(key => (schema[key] === undefined ? [] : [[key, schema[key]]])))
  return {
    ...kept,
    ...typeOf(schema),
    ...range(schema),
    ...(schema.format === 'date-time' || schema.format === 'uri' ? { format: schema.format } : {}),
    ...(items === undefined ? {} : { items: convert(items) }),
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, convert(field)])) }),
    ...(additionalProperties === undefined ? {} : { additionalProperties: convert(additionalProperties) }),
    ...(isClosed(schema) ? { additionalProperties: false } : {}),
    ...(allOf === undefined ? {} : { allOf: allOf.map(convert) }),
  }
}

const isClosed = (schema: StructuralSchema): boolean =>
  schema.type === 'object' &&
  schema.additionalProperties === undefined &&
  schema['x-kubernetes-preserve-unknown-fields'] !== true

function typeOf(schema: StructuralSchema): JsonSchema {
  if (schema['x-kubernetes-int-or-string'] === true) return { type: ['integer', 'string'] }
  return schema.nullable === true && schema.type !== undefined ? { type: [schema.type, 'null'] } : {}
}

// OpenAPI 3.0 has a flag where JSON Schema has the limit itself.
function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: StructuralSchema): JsonSchema {
  return {
    ...(minimum === undefined ? {} : { [exclusiveMinimum === true ? 'exclusiveMinimum' : 'minimum']: minimum }),
    ...(maximum === undefined ? {} : { [exclusiveMaximum === true ? 'exclusiveMaximum' : 'maximum']: maximum }),
  }
}
