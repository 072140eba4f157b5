import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeTags, hostOf, snapshotTags } from '../../lib/identity.js'

describe('the identity of snapshots', () => {
  test('is [cluster/]namespace/claim, or the alias as it stands', () => {
    const ref = { name: 'data' }
    expect(hostOf({ ref }, 'shop')).toBe('shop/data')
    expect(hostOf({ ref }, 'shop', 'berlin')).toBe('berlin/shop/data')
    expect(hostOf({ ref, alias: 'web' }, 'shop', 'berlin')).toBe('web')
  })

  test('comes back from the tags as it was put in, without a comma for restic to split at', () => {
    const paths = fc.string({ maxLength: 60, unit: 'grapheme' }).map(text => `/${text}`)
    fc.assert(
      fc.property(fc.uuid(), fc.nat(), fc.nat(), paths, (session, attempt, count, root) => {
        const tags = snapshotTags({ uid: session, attempt, paths: count, root })
        expect(tags.join()).not.toMatch(/,.*,.*,.*,.*,/)
        expect(decodeTags(tags.join().split(','))).toEqual({ session, attempt, paths: count, root })
      }),
    )
  })

  test('of other tools’ snapshots is nothing, and never an error', () => {
    expect(decodeTags()).toEqual({})
    expect(decodeTags(['daily', 'attempt=x', 'paths=', 'root=%E0%A4%A'])).toEqual({ root: '%E0%A4%A' })
    fc.assert(fc.property(fc.array(fc.string()), tags => typeof decodeTags(tags) === 'object'))
  })
})
