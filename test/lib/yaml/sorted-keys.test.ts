import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { sortedKeys } from '../../../lib/yaml/sorted-keys.js'

test('keys are listed as those of an object that was filled in sorted order, whole numbers among them', () => {
  const key = fc.oneof(
    fc.string(),
    fc.nat().map(String),
    fc.constantFrom('4294967294', '4294967295', '007', '-1', '1.5', '1e3', '', 'B', 'a', 'é'),
  )
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 12 }), keys => {
      const given = Object.fromEntries(keys.filter(each => each !== '__proto__').map(each => [each, 1]))
      const filled: Record<string, number> = {}
      for (const each of Object.keys(given).sort()) filled[each] = 1
      expect(sortedKeys(given)).toEqual(Object.keys(filled))
    }),
    { numRuns: 2000 },
  )
})
