import { describe, expect, test } from '@jest/globals'
import { formatProblem, InvalidInputError } from '../../../lib/problem.js'
import { emitYaml } from '../../../lib/yaml/emit.js'

/** The problems as a person sees them. */
function refusal(value: unknown): string[] {
  try {
    emitYaml(value)
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems.map(formatProblem)
    throw error
  }
  return []
}

class Duration {
  readonly seconds = 3
}

function nested(levels: number): unknown {
  return levels === 0 ? 'x' : { a: nested(levels - 1) }
}

describe('a value that cannot be written', () => {
  test.each([
    ['a function', { a: [function run() {}] }, /a\[0\]: found the function run; a value is expected/],
    ['a symbol', { a: Symbol('s') }, /a: found Symbol\(s\)/],
    ['a bigint', { a: 12n }, /a: found the bigint 12n; give a number/],
    ['NaN', { a: { b: Number.NaN } }, /a\.b: found NaN, .* the text "NaN"/],
    ['infinity', [Number.NEGATIVE_INFINITY], /\[0\]: found -Infinity/],
    [
      'an instance of a class',
      { every: new Duration() },
      /every: found an instance of Duration; .* write out its fields/,
    ],
    ['a Map', { a: new Map() }, /a: found an instance of Map/],
    ['half a character', { a: 'x\ud83d' }, /a: found "x\\ud83d", .* half of a character/],
    ['half a character in a key', { 'x\ud83d': 1 }, /\["x\\ud83d"\]: the key cannot be written: found "x\\ud83d"/],
  ])('%s is refused with its path', (_, value, message) => {
    const problems = refusal(value)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^HF6004 the value: /)
    expect(problems[0]).toMatch(message)
  })

  test('the manifest is named, and every place at once', () => {
    const manifest = {
      kind: 'ConfigMap',
      metadata: { namespace: 'shop', name: 'settings' },
      data: { 'a b': Number.NaN, c: [() => 1] },
    }
    expect(refusal(manifest)).toEqual([
      expect.stringMatching(/^HF6004 ConfigMap shop\/settings: data\["a b"\]: found NaN/),
      expect.stringMatching(/^HF6004 ConfigMap shop\/settings: data\.c\[0\]: found the function/),
    ])
  })

  test('an object that holds itself is refused where the circle closes', () => {
    const circle: Record<string, unknown> = { a: {} }
    circle.a = { back: [circle] }
    expect(refusal(circle)).toEqual([expect.stringMatching(/a\.back\[0\]: found an object that holds itself/)])
  })

  test('98 levels are written, and one more is refused', () => {
    expect(refusal(nested(98))).toEqual([])
    expect(refusal(nested(99))).toEqual([expect.stringMatching(/lies deeper than 98 levels/)])
  })
})
