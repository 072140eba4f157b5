import { describe, expect, test } from '@jest/globals'
import { RE2JS } from 're2js'
import { formatBytes, parseQuantity, quantityBytes, quantityPattern } from '../../lib/quantity.js'

describe('quantities', () => {
  test.each([
    ['0', 0],
    ['10Gi', 10 * 1024 ** 3],
    ['500M', 500e6],
    ['1.5Ti', 1.5 * 1024 ** 4],
    ['2e9', 2e9],
    ['1E', 1e18],
    ['1E3', 1000],
    ['100m', 0.1],
    ['4k', 4000],
    ['.5Gi', 512 * 1024 ** 2],
    ['1.', 1],
  ])('%s is %d', (text, expected) => {
    expect(parseQuantity(text)).toBeCloseTo(expected, 9)
    expect(RE2JS.compile(quantityPattern).matcher(text).find()).toBe(true)
  })

  test.each([
    ['10GB', 'write 10Gi'],
    ['10 GiB', 'write 10Gi'],
    ['10K', 'write 10Ki'],
    ['-1Gi', 'cannot be read'],
    ['', 'cannot be read'],
    ['Gi', 'cannot be read'],
    ['1e', 'cannot be read'],
  ])('%s is refused: %s', (text, expected) => {
    expect(() => parseQuantity(text)).toThrow(RangeError)
    expect(() => parseQuantity(text)).toThrow(expected)
    expect(RE2JS.compile(quantityPattern).matcher(text).find()).toBe(false)
  })

  test('bytes are whole and rounded up', () => {
    expect(quantityBytes('100m')).toBe(1)
    expect(quantityBytes('1.5Ki')).toBe(1536)
  })

  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1_258_291, '1.2 MiB'],
    [1024 ** 2 - 1, '1 MiB'],
    [5 * 1024 ** 4, '5 TiB'],
    [2048 * 1024 ** 6, '2048 EiB'],
  ])('%d bytes read %s', (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected)
  })

  test('a number that is no size is refused', () => {
    for (const bytes of [-1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => formatBytes(bytes)).toThrow(RangeError)
  })
})
