import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import { durationPattern, formatDuration, parseDuration, tryParseDuration } from '../../lib/duration.js'

describe('durations in Go style', () => {
  test.each([
    ['1h30m', 5_400_000],
    ['90s', 90_000],
    ['1.5h', 5_400_000],
    ['300ms', 300],
    ['0s', 0],
    ['168h', 604_800_000],
    ['1m1m', 120_000],
    ['0.25ms', 0],
  ])('%s is %d ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected)
    expect(tryParseDuration(text)).toBe(expected)
  })

  test.each([
    ['7d', 'write 168h'],
    ['2w', 'write 336h'],
    ['90', 'has no unit'],
    ['', 'cannot be read'],
    ['-5m', 'has a sign'],
    ['1 h', 'cannot be read'],
    ['1H', 'cannot be read'],
    ['.5h', 'cannot be read'],
    ['9999999h', 'longer than 2562047h'],
  ])('%s is refused: %s', (text, expected) => {
    expect(() => parseDuration(text)).toThrow(RangeError)
    expect(() => parseDuration(text)).toThrow(expected)
    expect(tryParseDuration(text)).toBeUndefined()
  })

  test.each([
    [0, '0s'],
    [300, '300ms'],
    [1500, '1.5s'],
    [60_000, '1m'],
    [5_400_000, '1h30m'],
    [86_400_000, '24h'],
    [3_600_001, '1h0.001s'],
  ])('%d ms is written %s', (ms, expected) => {
    expect(formatDuration(ms)).toBe(expected)
  })

  test('a number that is no duration is refused', () => {
    for (const ms of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => formatDuration(ms)).toThrow(RangeError)
  })

  test('what is written is read back as the same duration', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000_000 }), ms => {
        expect(parseDuration(formatDuration(ms))).toBe(ms)
      }),
    )
  })

  test('the pattern means the same to the API server as to JavaScript', () => {
    const re2 = RE2JS.compile(durationPattern)
    const text = fc.oneof(fc.string({ unit: fc.constantFrom(...'0159.hmsd -'), maxLength: 8 }), fc.string())
    fc.assert(fc.property(text, value => re2.matcher(value).find() === new RegExp(durationPattern).test(value)))
  })
})
