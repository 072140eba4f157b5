import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { mapOf } from '../../../lib/schema/map.js'
import { rule, transition, validationsOf } from '../../../lib/schema/rule.js'

const ends = z.strictObject({ from: z.int().optional(), to: z.int().optional() }).describe('A span.')
const ordered = {
  cel: '!has(self.from) || !has(self.to) || self.from <= self.to',
  message: 'from lies after to',
  check: (span: { from?: number | undefined; to?: number | undefined }) => (span.from ?? 0) <= (span.to ?? Infinity),
}
const present = {
  cel: 'has(self.from)',
  message: 'from is needed',
  code: 'HF2002' as const,
  check: (span: { from?: number | undefined }) => span.from !== undefined,
  path: ['from'],
}

describe('a rule', () => {
  test('stands in both places at once, and rules chain in order', () => {
    const schema = rule(rule(ends, ordered), present)
    expect(validationsOf(schema)).toEqual([
      { rule: ordered.cel, message: ordered.message },
      { rule: present.cel, message: present.message, fieldPath: '.from' },
    ])
    expect(schema.safeParse({ from: 2, to: 1 }).error?.issues).toMatchObject([
      { path: [], message: 'from lies after to', params: { code: 'HF1003', cel: ordered.cel } },
    ])
    expect(schema.safeParse({}).error?.issues).toMatchObject([{ path: ['from'], params: { code: 'HF2002' } }])
  })

  test('keeps the description and a list type, before and after', () => {
    const list = rule(z.array(z.string()).meta({ 'x-kubernetes-list-type': 'set' }).describe('Names.'), {
      cel: 'self.size() > 0',
      message: 'needs a name',
      check: names => names.length > 0,
    })
    expect(list.meta()).toMatchObject({ description: 'Names.', 'x-kubernetes-list-type': 'set' })
    expect(rule(ends, ordered).describe('Other.').meta()).toMatchObject({ description: 'Other.' })
    expect(validationsOf(rule(ends, ordered).describe('Other.'))).toHaveLength(1)
  })

  test('is reported together with an unknown field, but not with a field of the wrong type', () => {
    const schema = z.strictObject({ span: rule(ends, ordered) })
    expect(schema.safeParse({ span: { from: 2, to: 1, x: 1 } }).error?.issues.map(issue => issue.code)).toEqual([
      ...['unrecognized_keys', 'custom'],
    ])
    expect(schema.safeParse({ span: { from: 2, to: 'x' } }).error?.issues.map(issue => issue.code)).toEqual([
      'invalid_type',
    ])
  })

  test('leaves the schema that it was put on as it was', () => {
    rule(ends, ordered)
    expect(validationsOf(ends)).toEqual([])
    expect(ends.safeParse({ from: 2, to: 1 }).success).toBe(true)
  })

  test('is refused on an optional schema and with a message of two lines', () => {
    expect(() => rule(ends.optional(), { ...ordered, check: () => true })).toThrow('inside .optional()')
    expect(() => rule(ends, { ...ordered, message: 'a\nb' })).toThrow('one line')
  })
})

describe('a transition', () => {
  test('is metadata only, beside the rules', () => {
    const schema = transition(rule(ends, ordered), { cel: 'self == oldSelf', message: 'is immutable' })
    expect(validationsOf(schema).map(validation => validation.rule)).toEqual([ordered.cel, 'self == oldSelf'])
    expect(schema.safeParse({ from: 1, to: 2 }).success).toBe(true)
  })

  test('without oldSelf is refused', () => {
    expect(() => transition(ends, { cel: 'self.from > 0', message: 'x' })).toThrow('without oldSelf')
  })
})

describe('a bounded map', () => {
  test('has its bound for zod and for the API server', () => {
    const labels = mapOf(z.string().max(8), z.string().max(8), 1)
    expect(labels.meta()).toEqual({ maxProperties: 1 })
    expect(labels.safeParse({ a: '1' }).success).toBe(true)
    expect(labels.safeParse({ a: '1', b: '2' }).error?.issues).toMatchObject([{ params: { code: 'HF1002' } }])
  })
})
