import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { kinds } from '../../../lib/api/kinds.js'
import { objectSchema } from '../../../lib/schema/crd.js'
import { jsonSchemaPath, toJsonSchema } from '../../../lib/schema/json-schema.js'
import type { StructuralSchema } from '../../../lib/schema/structural.js'

const example = {
  kind: 'Example',
  plural: 'examples',
  singular: 'example',
  shortNames: [],
  scope: 'Namespaced' as const,
  description: 'An example.',
  printerColumns: [],
  spec: z.strictObject({
    port: z.union([z.int32(), z.string().max(9)]).describe('Number or name.'),
    share: z.number().gt(0).lte(1).optional().describe('More than nothing.'),
    when: z.iso.datetime().optional().describe('Time.'),
    nothing: z.string().max(3).nullable().optional().describe('Or null.'),
    open: z.looseObject({}).optional().describe('Anything.'),
    list: z
      .array(z.strictObject({ a: z.boolean() }))
      .max(2)
      .optional()
      .describe('List.'),
  }),
}

test('a JSON Schema says what the definition says, and is closed where the API server drops fields', () => {
  const { properties, ...schema } = toJsonSchema(example) as { properties: Record<string, unknown> }
  expect(schema).toEqual({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Example holdfast.dev/v1alpha1',
    description: 'An example.',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    additionalProperties: false,
  })
  expect(properties['spec']).toEqual({
    description: 'What is wanted.',
    type: 'object',
    required: ['port'],
    additionalProperties: false,
    properties: {
      port: { description: 'Number or name.', type: ['integer', 'string'] },
      share: { description: 'More than nothing.', type: 'number', exclusiveMinimum: 0, maximum: 1 },
      when: { description: 'Time.', type: 'string', format: 'date-time' },
      nothing: { description: 'Or null.', type: ['string', 'null'], maxLength: 3 },
      open: { description: 'Anything.', type: 'object' },
      list: {
        description: 'List.',
        type: 'array',
        maxItems: 2,
        items: {
          type: 'object',
          required: ['a'],
          properties: { a: { type: 'boolean' } },
          additionalProperties: false,
        },
      },
    },
  })
  expect(properties['kind']).toEqual({ type: 'string', enum: ['Example'] })
})

test('its file lies where kubeconform and editors look for schemas of definitions', () => {
  expect(kinds.map(jsonSchemaPath)).toContain('holdfast.dev/backupconfiguration_v1alpha1.json')
})

/** Every field below a schema that says nothing about itself, by its path. */
function silentFields(schema: StructuralSchema, path: string): string[] {
  const fields = Object.entries(schema.properties ?? {})
  const silent = fields.filter(([, field]) => (field.description ?? '') === '').map(([name]) => `${path}.${name}`)
  const below = fields.flatMap(([name, field]) => silentFields(field, `${path}.${name}`))
  const items = schema.items === undefined ? [] : silentFields(schema.items, `${path}[]`)
  const values = schema.additionalProperties === undefined ? [] : silentFields(schema.additionalProperties, `${path}.*`)
  return [...silent, ...below, ...items, ...values]
}

describe('every field has a description for kubectl explain', () => {
  test.each(kinds.map(definition => [definition.kind, definition] as const))('of %s', (kind, definition) => {
    const { properties = {}, ...rest } = objectSchema(definition)
    // The API server itself describes these three.
    const { apiVersion, kind: _kind, metadata, ...parts } = properties
    expect([apiVersion, metadata]).toEqual([{ type: 'string' }, { type: 'object' }])
    expect(silentFields({ ...rest, properties: parts }, kind)).toEqual([])
  })
})
