import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { rule } from '../../../lib/schema/rule.js'
import { toStructuralSchema } from '../../../lib/schema/structural.js'
import { structuralFaults } from '../../../lib/schema/structural-check.js'

describe('from zod to a structural schema', () => {
  test.each<[string, z.ZodType, unknown]>([
    ['whole numbers are int64 without JavaScript’s limits', z.int(), { type: 'integer', format: 'int64' }],
    ['small whole numbers are int32', z.int32(), { type: 'integer', format: 'int32' }],
    ['own limits stay', z.int32().min(0).max(9), { type: 'integer', format: 'int32', minimum: 0, maximum: 9 }],
    ['one own limit stays', z.int().min(1), { type: 'integer', format: 'int64', minimum: 1 }],
    [
      'positive is exclusive',
      z.int().positive(),
      { type: 'integer', format: 'int64', minimum: 0, exclusiveMinimum: true },
    ],
    ['enums', z.enum(['A', 'B']), { type: 'string', enum: ['A', 'B'] }],
    ['literals are enums', z.literal('A'), { type: 'string', enum: ['A'] }],
    ['nullable', z.string().max(1).nullable(), { type: 'string', nullable: true, maxLength: 1 }],
    ['times keep only their format', z.iso.datetime(), { type: 'string', format: 'date-time' }],
    ['anything', z.unknown(), { 'x-kubernetes-preserve-unknown-fields': true }],
    ['loose objects', z.looseObject({}), { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }],
    [
      'integer or string',
      z.union([z.int(), z.string()]),
      { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
    ],
    [
      'maps',
      z.record(z.string().max(9), z.string().max(3)).meta({ maxProperties: 4 }),
      { type: 'object', additionalProperties: { type: 'string', maxLength: 3 }, maxProperties: 4 },
    ],
    [
      'strict objects, with defaults not required',
      z.strictObject({ a: z.boolean().default(false), b: z.boolean() }).describe('D'),
      {
        description: 'D',
        type: 'object',
        required: ['b'],
        properties: { a: { type: 'boolean', default: false }, b: { type: 'boolean' } },
      },
    ],
    [
      'two patterns',
      z.string().regex(/a/).regex(/b/).max(3),
      { type: 'string', maxLength: 3, allOf: [{ pattern: 'a' }, { pattern: 'b' }] },
    ],
  ])('%s', (_name, schema, expected) => {
    expect(toStructuralSchema(schema)).toEqual(expected)
  })

  test('rules, list types and descriptions come through an optional wrapper', () => {
    const item = rule(z.strictObject({ type: z.string().max(9) }), { cel: 'true', message: 'm', check: () => true })
    const list = z
      .array(item)
      .max(3)
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })
    expect(toStructuralSchema(z.strictObject({ list: list.optional().describe('L') }))).toMatchObject({
      properties: {
        list: {
          description: 'L',
          'x-kubernetes-list-map-keys': ['type'],
          'x-kubernetes-list-type': 'map',
          items: { 'x-kubernetes-validations': [{ rule: 'true', message: 'm' }] },
        },
      },
    })
  })

  test('keys come in one order, however the schema was built', () => {
    const keys = Object.keys(toStructuralSchema(z.string().max(3).min(1).regex(/a/).describe('D')))
    expect(keys).toEqual(['description', 'type', 'pattern', 'minLength', 'maxLength'])
  })

  const inner = z.strictObject({ a: z.boolean().default(true) })
  test.each<[string, z.ZodType, string]>([
    ['a default inside a list', z.strictObject({ l: z.array(inner) }), 'schema.l[].a: a default inside a list'],
    ['flags of a pattern', z.strictObject({ p: z.string().regex(/a/i) }), 'schema.p: pattern /a/i'],
    [
      'a union of objects',
      z.strictObject({ u: z.discriminatedUnion('t', [z.object({ t: z.literal('a') })]) }),
      'union',
    ],
    ['a union of other types', z.union([z.boolean(), z.string()]), 'other than integer or string'],
    ['an id', z.strictObject({ x: z.string().meta({ id: 'X' }) }), "'"],
    ['an unknown keyword', z.string().meta({ examples: ['a'] }), "cannot say 'examples'"],
    ['a format that Kubernetes reads otherwise', z.iso.duration(), "format 'duration'"],
    [
      'a default that its own schema refuses',
      z.strictObject({ d: z.int().min(1).default(0) }),
      'schema.d: the default',
    ],
    ['a date', z.date(), 'Date'],
  ])('%s is refused', (_name, schema, expected) => {
    expect(() => toStructuralSchema(schema)).toThrow(expected)
  })
})

describe('the structural rules', () => {
  const check = (schema: z.ZodType) => structuralFaults(toStructuralSchema(schema))
  const keyed = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] }

  test.each<[string, z.ZodType, string]>([
    ['text needs a bound', z.strictObject({ s: z.string() }), 'schema.s: is text without maxLength'],
    ['a list needs a bound', z.array(z.boolean()), 'schema: is a list without maxItems'],
    ['a map needs a bound', z.record(z.string(), z.boolean()), 'schema: is a map without maxProperties'],
    ['items are looked into', z.array(z.string()).max(2), 'schema[]: is text without maxLength'],
    [
      'a map key exists',
      z.array(z.strictObject({})).max(1).meta(keyed),
      "schema: has map key 'k', which its items do not have",
    ],
    [
      'a map key is required',
      z
        .array(z.strictObject({ k: z.boolean().optional() }))
        .max(1)
        .meta(keyed),
      "schema: has map key 'k', which is neither required nor defaulted",
    ],
    [
      'a rule speaks of a field that exists',
      rule(z.strictObject({}), { cel: 'true', message: 'm', check: () => true, path: ['x'] }),
      'schema: has a rule about .x, which is not a field',
    ],
  ])('%s', (_name, schema, expected) => {
    expect(check(schema)).toEqual([expected])
  })

  test('a sound schema has no faults', () => {
    expect(check(z.strictObject({ s: z.string().max(3), e: z.enum(['a']), any: z.looseObject({}) }))).toEqual([])
  })

  test('every fault is named at once', () => {
    expect(check(z.strictObject({ s: z.string(), t: z.string() }))).toHaveLength(2)
  })

  test('types are there, and only value validations stand under anyOf', () => {
    expect(structuralFaults({ anyOf: [{ description: 'x' }] })).toEqual([
      ...['schema: has no type', 'schema: has description inside anyOf or allOf'],
    ])
    expect(structuralFaults({ type: 'string', maxLength: 1, allOf: [{ type: 'string' }] })).toEqual([
      'schema: has type inside anyOf or allOf',
    ])
    expect(structuralFaults({ type: 'object', required: ['a'], properties: {} })).toEqual([
      "schema: requires 'a', which is not a property",
    ])
  })
})
