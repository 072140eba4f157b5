import { describe, expect, test } from '@jest/globals'
import { snapshotTags } from '../../../lib/identity.js'
import type { Snapshot } from '../../../lib/restic/messages.js'
import { type Selected, selectSnapshots } from '../../../lib/restic/selection.js'

let count = 0
function snapshot(day: number, path: string, tags: readonly string[] = [], host = 'ns/db'): Snapshot {
  count += 1
  const id = count.toString(16).padStart(8, '0').padEnd(64, 'f')
  return { id, time: `2026-11-${String(day).padStart(2, '0')}T03:00:00.5+02:00`, host, paths: [path], tags }
}
const ours = (uid: string, paths: number, root = '/data', attempt = 1) => snapshotTags({ uid, attempt, paths, root })

function selected(
  all: readonly Snapshot[],
  wish: { snapshots?: string[]; paths?: string[]; host?: string } = {},
): readonly Selected[] {
  const result = selectSnapshots(all, { host: 'ns/db', snapshots: [], paths: [], ...wish })
  if ('missing' in result) throw new Error(result.missing)
  return result.selected
}
const missing = (all: readonly Snapshot[], wish: { snapshots?: string[]; paths?: string[]; host?: string }) => {
  const result = selectSnapshots(all, { host: 'ns/db', snapshots: [], paths: [], ...wish })
  return 'missing' in result ? result.missing : ''
}

describe('latest', () => {
  test('is the newest session that stored all of its paths', () => {
    const whole = [snapshot(1, '/data/a', ours('one', 2)), snapshot(1, '/data/b', ours('one', 2))]
    const half = snapshot(2, '/data/a', ours('two', 2))
    expect(selected([...whole, half]).map(each => [each.id, each.relative])).toEqual([
      [whole[0]?.id, 'a'],
      [whole[1]?.id, 'b'],
    ])
  })

  test('does not mix the attempts of one session, nor count a path twice', () => {
    const first = [snapshot(1, '/data/a', ours('s', 2, '/data', 1)), snapshot(2, '/data/a', ours('s', 2, '/data', 1))]
    const second = [snapshot(3, '/data/b', ours('s', 2, '/data', 2))]
    expect(missing([...first, ...second], {})).toContain('no snapshot that belongs to a complete session')
  })

  test('never takes another host’s, however new', () => {
    const own = snapshot(1, '/data', ours('one', 1))
    expect(selected([own, snapshot(9, '/data', ours('nine', 1), 'ns/other')])).toEqual([
      { id: own.id, storedPath: '/data', relative: '' },
    ])
  })

  test('is the newest of each path for another tool’s snapshots, side by side when there are several', () => {
    const [a, b] = [snapshot(2, '/srv/x/a'), snapshot(1, '/srv/x/b')]
    expect(selected([snapshot(1, '/srv/x/a'), a, b]).map(each => [each.id, each.relative])).toEqual([
      [a.id, 'a'],
      [b.id, 'b'],
    ])
    expect(selected([a])[0]?.relative).toBe('')
  })
})

describe('a selection', () => {
  test('by path takes the newest snapshot of that very path', () => {
    const [old, fresh] = [snapshot(1, '/data/a', ours('one', 1)), snapshot(5, '/data/a', ours('two', 2))]
    expect(selected([fresh, old], { paths: ['/data/a'] })).toEqual([
      { id: fresh.id, storedPath: '/data/a', relative: 'a' },
    ])
    expect(missing([old], { paths: ['/data'] })).toContain(
      "host 'ns/db' has no snapshot of /data; the repository has ns/db:/data/a",
    )
  })

  test('by id finds a short id, and refuses one of another host', () => {
    const [own, other] = [snapshot(1, '/data', ours('one', 1)), snapshot(1, '/data', [], 'ns/other')]
    expect(selected([own, other], { snapshots: [own.id.slice(0, 8)] })[0]?.id).toBe(own.id)
    expect(missing([own, other], { snapshots: [other.id] })).toContain(
      "is of host 'ns/other', not 'ns/db'; set sourceHost",
    )
    expect(missing([own], { snapshots: ['deadbeef'] })).toContain('no snapshot deadbeef')
  })

  test('says what there is, a few', () => {
    expect(missing([], {})).toContain('no snapshot at all')
    const many = Array.from({ length: 8 }, (_, index) => snapshot(1, `/p${index}`, [], 'ns/x'))
    expect(missing(many, {})).toContain('and 3 more')
  })

  test('trusts a root tag only as far as the path lies below it', () => {
    expect(selected([snapshot(1, '/data', ours('one', 1, '/else/../..'))])[0]?.relative).toBe('')
    expect(selected([snapshot(1, '/data/a', ours('one', 1, '/'))])[0]?.relative).toBe('data/a')
  })
})
