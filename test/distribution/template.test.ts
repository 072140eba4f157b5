import { mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from '@jest/globals'
import { changeBetween } from '../../scripts/distribution/merge-patch.js'
import { type Sentinel, templateText } from '../../scripts/distribution/template-text.js'
import { templateOf, type Variation } from '../../scripts/distribution/variation.js'
import { objectsIn, WrittenDistribution } from './written-distribution.js'

const distribution = new WrittenDistribution()
afterAll(() => distribution.remove())

const sentinels: readonly Sentinel[] = [
  { text: 'NAME', pipeline: '.Values.name' },
  { text: 'OTHER', pipeline: '.Values.other' },
]

/** What Helm makes of the template of one object. */
function rendered(full: object, variations: readonly Variation<unknown>[], values: object): object | undefined {
  const folder = distribution.path('chart/own/templates')
  mkdirSync(folder, { recursive: true })
  writeFileSync(distribution.path('chart/own/Chart.yaml'), 'apiVersion: v2\nname: own\nversion: 0.1.0\n')
  writeFileSync(`${folder}/own.yaml`, templateText(templateOf(full, variations), sentinels))
  return objectsIn(distribution.helm('template', 'own', distribution.path('chart/own'), '-f', valuesFile(values)))[0]
}

function valuesFile(values: object): string {
  const file = distribution.path('own.json')
  writeFileSync(file, JSON.stringify(values))
  return file
}

describe('a template', () => {
  test('writes texts that look like a template of Helm as they stand', () => {
    const full = { kind: 'Text', description: 'use {{ .name }}, {{{raw}}} or }}', list: ['{{', '%d of NAME {{x}}'] }
    expect(rendered(full, [], { name: '{{ 1 }}' })).toEqual({ ...full, list: ['{{', '%d of {{ 1 }} {{x}}'] })
  })

  test('puts a text into every place that it stands in, several into one text too', () => {
    const full = { kind: 'Text', alone: 'NAME', both: ['OTHER=NAME', 'NAME, NAME and OTHER'] }
    expect(rendered(full, [], { name: 'a: "b"', other: 'no' })).toEqual({
      kind: 'Text',
      alone: 'a: "b"',
      both: ['no=a: "b"', 'a: "b", a: "b" and no'],
    })
  })

  test.each([
    ['first', ['b', 'c']],
    ['middle', ['a', 'c']],
    ['last', ['a', 'b']],
    ['another in its place', ['a', 'x', 'c']],
    ['others around it', ['x', 'a', 'b', 'y', 'c', 'z']],
  ])('has or has not the items of a list: %s', (_where, items) => {
    const full = { kind: 'List', items: ['a', 'b', 'c'], more: { z: 1, one: 'NAME' } }
    const other = { kind: 'List', items, more: { z: 1 } }
    const variations = [{ result: other, when: '.Values.name' }]
    expect(rendered(full, variations, { name: 'n' })).toEqual({ ...full, more: { z: 1, one: 'n' } })
    expect(rendered(full, variations, {})).toEqual(other)
  })
})

describe('what a template cannot say is an error that names the place', () => {
  test.each<[string, unknown, unknown, RegExp]>([
    [
      'a text that changes for no reason',
      { a: { b: 'x' } },
      { a: { b: 'y' } },
      /^a\.b: the chart cannot say why it is "x"/,
    ],
    ['a list that becomes a text', { a: ['x'] }, { a: 'x' }, /^a: is a list, and with another value it is none/],
    [
      'an object that becomes a text',
      { a: { b: 1 } },
      { a: 'x' },
      /^a: is an object, and with another value it is none/,
    ],
  ])('%s', (_what, full, result, message) => {
    expect(() => templateOf(full, [{ result, when: '.Values.a' }])).toThrow(message)
  })

  test('a field that comes and goes with a number', () => {
    expect(() => templateOf({ a: 1, b: 1 }, [{ result: { a: 1 }, at: () => undefined }])).toThrow(
      /^b: comes and goes with a value that is no condition/,
    )
  })

  test('a list of which nothing may be left', () => {
    const template = templateOf({ a: ['x'] }, [{ result: { a: [] }, when: '.Values.a' }])
    expect(() => templateText(template, [])).toThrow('everything of a list or object is guarded')
  })

  test('an item whose first field may be missing', () => {
    const template = templateOf({ a: [{ b: 1, c: 1 }] }, [{ result: { a: [{ c: 1 }] }, when: '.Values.a' }])
    expect(() => templateText(template, [])).toThrow('the first field of an item is guarded')
  })
})

describe('the patch of a component', () => {
  test('says what is added and what is another text or number', () => {
    expect(changeBetween({ a: { b: 1, c: 'x' }, l: [1] }, { a: { b: 2, c: 'x', d: [1] }, l: [1] })).toEqual({
      a: { b: 2, d: [1] },
    })
    expect(changeBetween({ a: [1] }, { a: [1] })).toBeUndefined()
  })

  test('refuses what a patch cannot say', () => {
    expect(() => changeBetween({ a: { b: 1 } }, { a: {} })).toThrow('.a.b: goes, and a patch can only add')
    expect(() => changeBetween({ a: [1] }, { a: [2] })).toThrow('.a: a list changes, and a patch could only add to it')
  })
})
