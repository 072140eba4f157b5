import { describe, expect, test } from '@jest/globals'
import { ObjectCache, type ObjectChange } from '../../../runtime/kube/object-cache.js'
import { pod } from './pod-fixture.js'

const told = (changes: ObjectChange[]) =>
  changes.map(({ type, object }) => `${type} ${object.metadata.uid}@${object.metadata.resourceVersion}`)

const byApp = {
  app: (object: { metadata: { labels?: Record<string, string> } }) => [object.metadata.labels?.['app'] ?? ''],
}

describe('the cache of a reflector', () => {
  test('tells additions, updates with what was before, and deletions', () => {
    const cache = new ObjectCache()
    expect(told(cache.put(pod('a', 1)))).toEqual(['added uid-a@1'])
    const [update] = cache.put(pod('a', 2))
    expect([update?.type, update?.previous?.metadata.resourceVersion]).toEqual(['updated', '1'])
    expect(told(cache.remove(pod('a', 3)))).toEqual(['deleted uid-a@3'])
    expect(cache.size).toBe(0)
  })

  test('an object that was deleted does not come back with the late answer to a write', () => {
    const cache = new ObjectCache()
    cache.put(pod('a', 1))
    cache.remove(pod('a', 3))
    expect(cache.put(pod('a', 2))).toEqual([])
    expect(cache.size).toBe(0)
  })

  test('the same version twice is no change', () => {
    const cache = new ObjectCache()
    cache.put(pod('a', 1))
    expect(cache.put(pod('a', 1))).toEqual([])
    expect(cache.replaceAll([pod('a', 1)])).toEqual([])
  })

  test('news older than what is known changes nothing, also when the digits sort the other way', () => {
    const cache = new ObjectCache()
    cache.put(pod('a', 100))
    expect(cache.put(pod('a', 99))).toEqual([])
    expect(cache.get('a', 'demo')?.metadata.resourceVersion).toBe('100')
  })

  test('versions that are not numbers are taken as they come', () => {
    const cache = new ObjectCache()
    cache.put(pod('a', 'zz'))
    expect(told(cache.put(pod('a', 'aa')))).toEqual(['updated uid-a@aa'])
  })

  test('another uid is a deletion and an addition, in a watch and across a list', () => {
    const cache = new ObjectCache()
    cache.put(pod('a', 1))
    const second = pod('a', 2, { metadata: { uid: 'second' } })
    expect(told(cache.put(second))).toEqual(['deleted uid-a@1', 'added second@2'])
    const third = pod('a', 3, { metadata: { uid: 'third' } })
    expect(told(cache.replaceAll([third]))).toEqual(['deleted second@2', 'added third@3'])
  })

  test('a late deletion of a predecessor leaves the successor', () => {
    const cache = new ObjectCache()
    cache.put(pod('a', 5, { metadata: { uid: 'second' } }))
    expect(cache.remove(pod('a', 4))).toEqual([])
    expect(cache.get('a', 'demo')).toBeDefined()
  })

  test('a complete list removes what it does not hold', () => {
    const cache = new ObjectCache()
    cache.put(pod('a', 1))
    expect(told(cache.replaceAll([pod('b', 2)]))).toEqual(['deleted uid-a@1', 'added uid-b@2'])
  })

  test('indexes follow updates, deletions and lists', () => {
    const cache = new ObjectCache(byApp)
    cache.put(pod('a', 1, { metadata: { labels: { app: 'x' } } }))
    cache.put(pod('b', 2, { metadata: { labels: { app: 'x' } } }))
    expect(cache.byIndex('app', 'x').map(object => object.metadata.name)).toEqual(['a', 'b'])
    cache.put(pod('a', 3, { metadata: { labels: { app: 'y' } } }))
    cache.remove(pod('b', 4))
    expect(cache.byIndex('app', 'x')).toEqual([])
    expect(cache.byIndex('app', 'y')).toHaveLength(1)
    cache.replaceAll([])
    expect(cache.byIndex('app', 'y')).toEqual([])
    expect(() => cache.byIndex('nope', 'x')).toThrow('No index nope; there are: app.')
  })

  test('an index that looks beyond the object follows what it looks at, once told', () => {
    let owner = 'x'
    const cache = new ObjectCache({ owner: () => [owner] }, ['owner'])
    cache.put(pod('a', 1))
    owner = 'y'
    cache.reindex('a', 'demo')
    expect([cache.byIndex('owner', 'x'), cache.byIndex('owner', 'y').length]).toEqual([[], 1])
    owner = 'z'
    cache.remove(pod('a', 2))
    expect(cache.byIndex('owner', 'y')).toEqual([])
    cache.reindex('a', 'demo')
    expect(cache.byIndex('owner', 'z')).toEqual([])
  })
})
