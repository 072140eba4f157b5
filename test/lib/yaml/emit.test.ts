import { describe, expect, test } from '@jest/globals'
import { emitYaml } from '../../../lib/yaml/emit.js'

const script = '#!/bin/sh\nset -eu\nif [ "$1" = yes ]; then\n\techo "a: b" # why\n\n  exit 0\nfi\n'

describe('what people read', () => {
  test('a manifest looks as cdk8s writes it', () => {
    const manifest = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', annotations: {}, finalizers: [] },
      items: [{ key: 'a', paths: ['/a', '/b'] }, ['x', ['z']], []],
      data: { on: 'yes', port: '8080', size: '10Gi', cron: '0 3 * * *', text: 'a: b', json: '{"a": 1}' },
      count: 3,
      ratio: 0.5,
      ready: true,
      nothing: null,
    }
    expect(emitYaml(manifest)).toMatchInlineSnapshot(`
"apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  annotations: {}
  finalizers: []
items:
  - key: a
    paths:
      - /a
      - /b
  - - x
    - - z
  - []
data:
  "on": "yes"
  port: "8080"
  size: 10Gi
  cron: 0 3 * * *
  text: "a: b"
  json: '{"a": 1}'
count: 3
ratio: 0.5
ready: true
nothing: null
"
`)
  })

  test('a script stays a script', () => {
    const lines = script.split('\n').map(line => (line === '' ? '' : `    ${line}`))
    expect(emitYaml({ data: { run: script } })).toBe(`data:\n  run: |\n${lines.join('\n')}`)
  })

  test.each([
    ['no line break at the end', 'a\nb', '|-\n  a\n  b\n'],
    ['one', 'a\nb\n', '|\n  a\n  b\n'],
    ['three', 'a\nb\n\n\n', '|+\n  a\n  b\n\n\n'],
    ['an indented first line', '  a\nb\n', '|2\n    a\n  b\n'],
    ['a first line that begins with a tab', '\ta\nb', '|2-\n  \ta\n  b\n'],
  ])('a text of several lines is a block scalar: %s', (_, text, written) => {
    expect(emitYaml({ v: text })).toBe(`v: ${written}`)
  })

  test('64 KiB on one line stay on one line', () => {
    const line = 'word '.repeat(13_108).trim()
    expect(emitYaml({ v: line })).toBe(`v: ${line}\n`)
  })
})

describe('what readers could take for something else', () => {
  test.each([
    ['0o17', '"0o17"'],
    ['2001-12-14T21:59:43,10Z', '"2001-12-14T21:59:43,10Z"'],
    ['<<', '"<<"'],
    ['a\u0085b\u2028c\u2029d\ufeffe\u007ff', '"a\\Nb\\Lc\\Pd\\ufeffe\\x7ff"'],
  ])('%j is quoted', (text, written) => {
    expect(emitYaml({ v: text, [text]: 1 })).toBe(`v: ${written}\n${written}: 1\n`)
  })

  test('a key that looks like the mark of a document is quoted at the top, where it would be one', () => {
    expect(emitYaml({ '---': { '---': 1 } })).toBe('"---":\n  ---: 1\n')
  })

  test('a key too long for its colon is written as an explicit one', () => {
    const key = 'k'.repeat(1025)
    expect(emitYaml({ [key]: { a: 'x\ny' } })).toBe(`? ${key}\n: a: |-\n    x\n    y\n`)
    expect(emitYaml({ [key.slice(1)]: [1] })).toBe(`${key.slice(1)}:\n  - 1\n`)
  })
})

describe('values', () => {
  test.each([
    [0, '0'],
    [-0, '-0.0'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [0.1, '0.1'],
    [2 ** 53 + 2, '9007199254740994'],
    [2 ** 64, '18446744073709552000'],
  ])('the number %p', (number, written) => {
    expect(emitYaml({ v: number })).toBe(`v: ${written}\n`)
  })

  test('as in JSON, undefined fields are left out, undefined items are null, and toJSON is heeded', () => {
    const value = { a: undefined, b: [undefined, 1], c: { d: undefined }, at: new Date(0) }
    expect(emitYaml(value)).toBe('b:\n  - null\n  - 1\nc: {}\nat: "1970-01-01T00:00:00.000Z"\n')
  })

  test('an object in two places is written twice, without anchors', () => {
    const labels = { app: 'a' }
    expect(emitYaml({ one: labels, two: labels })).toBe('one:\n  app: a\ntwo:\n  app: a\n')
  })

  test('an object without a prototype, and a field named __proto__, are like any other', () => {
    expect(emitYaml(Object.assign(Object.create(null), { a: 1 }))).toBe('a: 1\n')
    expect(emitYaml(JSON.parse('{"__proto__": {"a": 1}}'))).toBe('__proto__:\n  a: 1\n')
  })
})
