import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { runs, Tally } from './cases.js'
import { hostileText, mebibytes, mutatedBytes } from './hostile-text.js'
import { targets } from './targets.js'

const tally = new Tally('parsers')
afterAll(() => tally.leave())

const named = Object.entries(targets)

describe('a reader of foreign bytes keeps its promises', () => {
  test.each(named)('%s, out of what it reads on good days', async (name, { corpus, read }) => {
    const bytes = fc.oneof(
      { weight: 4, arbitrary: mutatedBytes(corpus) },
      { weight: 1, arbitrary: hostileText.map(text => Buffer.from(text)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    )
    const property = fc.asyncProperty(bytes, async input => {
      tally.count(name)
      await read(input)
    })
    await expect(fc.assert(property, runs(400))).resolves.toBeUndefined()
  })

  // A reader that looks at every character again for each one would take hours, and the test would not end in time.
  test.each(named.filter(([name]) => name !== 'watch stream'))(
    '%s, in a mebibyte of anything',
    async (name, { read }) => {
      for (const text of mebibytes) {
        tally.count(name)
        await read(Buffer.from(text))
      }
      expect(mebibytes.length).toBeGreaterThan(10)
    },
  )
})
