import { describe, expect, test } from '@jest/globals'
import type { StructuralSchema } from '../../lib/schema/structural.js'
import { narrowings } from './narrowing.js'

const text: StructuralSchema = { type: 'string', maxLength: 10, minLength: 1, pattern: '^a' }
const whole: StructuralSchema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: text,
    mode: { type: 'string', enum: ['A', 'B'] },
    count: { type: 'integer', minimum: 1, maximum: 5 },
    list: { type: 'array', maxItems: 3, items: { type: 'object', properties: { x: { type: 'boolean' } } } },
    map: { type: 'object', maxProperties: 4, additionalProperties: { type: 'string', maxLength: 5 } },
    open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
}
const field = (name: string, change: StructuralSchema) => ({
  ...whole,
  properties: { ...whole.properties, [name]: { ...whole.properties?.[name], ...change } },
})
const without = (name: string): StructuralSchema => {
  const { [name]: _gone, ...properties } = whole.properties ?? {}
  return { ...whole, properties }
}
const said = (newer: StructuralSchema) => narrowings(whole, newer).map(({ path, what }) => `${path}: ${what}`)

describe('the comparison of two schemas', () => {
  test.each<[string, StructuralSchema, string]>([
    ['a field that is gone', without('count'), '.count: is gone'],
    ['a field of a list item that is gone', field('list', { items: { type: 'object' } }), '.list[].x: is gone'],
    ['the items of a list', field('list', { items: { type: 'string' } }), '.list[]: type is another'],
    ['a field that is required now', { ...whole, required: ['name', 'count'] }, '.count: is required'],
    ['another type', field('count', { type: 'string' }), '.count: type is another'],
    ['a value of an enum that is gone', field('mode', { enum: ['A'] }), '.mode: enum has no B'],
    ['an enum where there was none', field('name', { enum: ['a'] }), '.name: enum is new'],
    ['another pattern', field('name', { pattern: '^b' }), '.name: pattern is another'],
    ['a shorter text', field('name', { maxLength: 9 }), '.name: maxLength is 9, was 10'],
    ['a longer least text', field('name', { minLength: 2 }), '.name: minLength is 2, was 1'],
    ['a bound where there was none', field('mode', { maxLength: 9 }), '.mode: maxLength is 9, was none'],
    ['a smaller greatest number', field('count', { maximum: 4 }), '.count: maximum is 4, was 5'],
    ['a shorter list', field('list', { maxItems: 2 }), '.list: maxItems is 2, was 3'],
    ['a smaller map', field('map', { maxProperties: 1 }), '.map: maxProperties is 1, was 4'],
    [
      'the values of a map',
      field('map', { additionalProperties: { type: 'string', maxLength: 4 } }),
      '.map.*: maxLength is 4, was 5',
    ],
    [
      'an object that no longer keeps what it does not know',
      field('open', { 'x-kubernetes-preserve-unknown-fields': undefined }),
      '.open: unknown fields are dropped',
    ],
    [
      'a rule that is new',
      { ...whole, 'x-kubernetes-validations': [{ rule: 'has(self.mode)', message: 'm' }] },
      ': a rule is new: has(self.mode)',
    ],
    ['a default that gives absence another meaning', field('mode', { default: 'B' }), '.mode: default is another'],
    [
      'a list that is a set now',
      field('list', { 'x-kubernetes-list-type': 'set' }),
      '.list: x-kubernetes-list-type is another',
    ],
  ])('finds %s', (_what, newer, expected) => {
    expect(said(newer)).toContain(expected)
  })

  test('finds nothing where every stored object stays valid: fields, values and room that are new', () => {
    const properties = { ...whole.properties, extra: { type: 'string', maxLength: 5 } as const }
    expect(said({ ...whole, properties, required: [] })).toEqual([])
    expect(said(field('mode', { enum: ['A', 'B', 'C'] }))).toEqual([])
    expect(said(field('name', { maxLength: 99, minLength: 0 }))).toEqual([])
    expect(said(field('name', { description: 'better words' }))).toEqual([])
  })
})
