import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type AgentBench, backup, maintenance, restore } from '../agent-bench.js'
import { benchOf, closeBenches, masked } from '../restics.js'
import { filled, loadRecordings, shapeOf } from './recording.js'
import { Studio } from './situations.js'

afterEach(closeBenches)

describe('the recordings', () => {
  test('have the shape of what the real restic says today, in every situation', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-studio-'))
    const anew = await new Studio(folder).recordAll().finally(() => rmSync(folder, { recursive: true, force: true }))
    const shapes = (all: typeof anew) => Object.fromEntries([...all].map(([name, each]) => [name, shapeOf(each)]))
    expect(shapes(anew)).toEqual(shapes(loadRecordings()))
  }, 120_000)

  test('are no place for what restic does not print', () => {
    expect(() => filled({ total_size: 1 }, { total: 2 })).toThrow('restic does not print total')
  })
})

/** Troubles that either restic must meet in the same way. */
const troubles: Readonly<Record<string, (bench: AgentBench) => ReturnType<AgentBench['step']>>> = {
  'another password': async bench => {
    await bench.step(bench.pod(), 'pvc-backup', backup)
    bench.write('secret/RESTIC_PASSWORD', 'another')
    return bench.step(bench.pod(), 'pvc-backup', { ...backup, 'session-uid': 'uid-2' })
  },
  'a repository that is gone': async bench =>
    bench.step(bench.pod(), 'pvc-backup', { ...backup, 'repository-id': 'a'.repeat(64) }),
  'another repository': async bench => {
    await bench.step(bench.pod(), 'pvc-backup', backup)
    return bench.step(bench.pod(), 'maintain', { ...maintenance, 'repository-id': 'b'.repeat(64) })
  },
  'a snapshot that is not there': async bench => {
    await bench.step(bench.pod(), 'pvc-backup', backup)
    return bench.step(bench.pod(), 'pvc-restore', { ...restore, overwrite: 'Merge', snapshots: '["ffffffff"]' })
  },
  'a rule that selects part of a folder': async bench => {
    await bench.step(bench.pod(), 'pvc-backup', backup)
    bench.write('data/a.txt', 'changed')
    bench.write('data/sub/b.txt', 'changed')
    return bench.step(bench.pod(), 'pvc-restore', { ...restore, overwrite: 'Merge', include: '["b.*"]' })
  },
  'a second backup with a pattern': async bench => {
    await bench.step(bench.pod(), 'pvc-backup', backup)
    bench.write('data/c.log', 'left out')
    bench.write('data/a.txt', 'changed')
    return bench.step(bench.pod(), 'pvc-backup', { ...backup, exclude: '["*.log"]', 'session-uid': 'uid-2' })
  },
  'retention that keeps nothing': async bench => {
    await bench.step(bench.pod(), 'pvc-backup', backup)
    const forget = JSON.stringify([{ host: 'shop/db', path: '/data', policy: { keepTags: ['none'] } }])
    return bench.step(bench.pod(), 'maintain', { ...maintenance, forget })
  },
  'retention that removes': async bench => {
    for (const uid of ['1', '2', '3']) {
      await bench.step(bench.pod(), 'pvc-backup', { ...backup, 'session-uid': uid })
    }
    return bench.step(bench.pod(), 'maintain', maintenance)
  },
}

describe('the recorded restic', () => {
  test.each(Object.keys(troubles))('leads the agent to the same report as the real one: %s', async name => {
    const ends = await Promise.all((['recorded', 'real'] as const).map(kind => troubles[name]?.(benchOf(kind))))
    const [recorded, real] = ends.map(end => JSON.parse(masked(JSON.stringify(end?.report ?? {}))) as object)
    expect(recorded).toEqual(real)
  })

  test('stores what the container’s user may read, and says what it could not', async () => {
    const bench = benchOf('recorded')
    chmodSync(bench.path('data/a.txt'), 0o600)
    const { report } = await bench.step(bench.pod(), 'pvc-backup', backup, { user: 65532 })
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'SourceUnreadable' })
    expect(report?.message).toContain('/data/a.txt')
    expect(report?.snapshots?.[0]?.files).toMatchObject({ total: 1, unreadable: 1 })
  })

  test('finds that a content is lost', async () => {
    const bench = benchOf('recorded')
    await bench.step(bench.pod(), 'pvc-backup', backup)
    for (const name of readdirSync(bench.path('store/repository/data'))) {
      rmSync(bench.path(`store/repository/data/${name}`))
    }
    const { report } = await bench.step(bench.pod(), 'maintain', maintenance)
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'CheckFailed' })
  })
})
