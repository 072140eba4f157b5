import { describe, expect, test } from '@jest/globals'
import type { RepositoryObject } from '../../../runtime/controller/objects.js'
import { exposed } from './metrics-fixture.js'
import { at, configuration, repository } from './observation.js'

const seconds = (time: string) => new Date(time).getTime() / 1000
const day = 86_400
const own = { namespace: 'shop', repository: 'store' }
const id = 'f'.repeat(64)

async function values(name: string, status: RepositoryObject['status'], spec: Partial<RepositoryObject['spec']> = {}) {
  const series = await exposed(`holdfast_repository_${name}`, caches => {
    caches.repositories.observe(repository(spec, status))
    caches.configurations.observe(configuration({}, { lastSuccessfulTime: at(-2 * day) }))
  })
  return series.map(({ labels, value }) => ({ ...labels, value }))
}

describe('of a Repository the controller tells', () => {
  test('what it stores, how many snapshots, and whether the last check found damage', async () => {
    const status = { id, totalBytes: 9_007_199_254_740_991, snapshotCount: 12, integrity: false }
    expect(await values('stored_bytes', status)).toEqual([{ ...own, value: 9_007_199_254_740_991 }])
    expect(await values('snapshots', status)).toEqual([{ ...own, value: 12 }])
    expect(await values('integrity_verified', status)).toEqual([{ ...own, value: 0 }])
  })

  test('nothing that no maintenance has found out yet', async () => {
    for (const name of ['stored_bytes', 'snapshots', 'integrity_verified', 'ready', 'maintenance_due_time_seconds'])
      expect(await values(name, { id })).toEqual([])
  })

  test('whether the store answers, and why not', async () => {
    const ready = {
      type: 'Ready',
      status: 'False',
      reason: 'WrongPassword',
      message: '',
      lastTransitionTime: at(0),
    } as const
    expect(await values('ready', { id, conditions: [ready] })).toEqual([{ ...own, reason: 'WrongPassword', value: 0 }])
  })
})

describe('maintenance is due', () => {
  const backedUp = { id, firstBackupTime: at(-30 * day), lastBackupTime: at(-day) }
  const due = async (status: RepositoryObject['status'], spec: Partial<RepositoryObject['spec']> = {}) =>
    Object.fromEntries(
      (await values('maintenance_due_time_seconds', status, spec)).map(({ value, ...labels }) => [
        Reflect.get(labels, 'work'),
        value,
      ]),
    )

  test('since the first backup, as long as none was ever done', async () => {
    expect(await due(backedUp)).toEqual({
      check: seconds(at(-30 * day)),
      prune: seconds(at(-30 * day)),
      retention: seconds(at(-2 * day)),
    })
  })

  test('for nothing but a daily check while damage is known', async () => {
    const done = { ...backedUp, lastCheckTime: at(-2 * day), lastPruneTime: at(-9 * day), lastForgetTime: at(-9 * day) }
    expect(await due({ ...done, integrity: false })).toEqual({ check: seconds(at(-day)) })
  })

  test('since the damage is over, for what waited for that', async () => {
    const sound = { type: 'IntegrityVerified', status: 'True', reason: 'CheckSucceeded', message: '' } as const
    const conditions = [{ ...sound, lastTransitionTime: at(-600) }]
    const done = { ...backedUp, lastCheckTime: at(-600), lastPruneTime: at(-9 * day), lastForgetTime: at(-9 * day) }
    expect(await due({ ...done, integrity: true, conditions })).toEqual({
      check: seconds(at(7 * day - 600)),
      prune: seconds(at(-600)),
      retention: seconds(at(-600)),
    })
  })

  test('an interval after the last one, which may lie ahead', async () => {
    const done = { ...backedUp, lastCheckTime: at(-day), lastPruneTime: at(-day), lastForgetTime: at(-day) }
    expect(await due(done, { maintenance: { check: { interval: '12h' } } })).toEqual({
      check: seconds(at(-day / 2)),
      prune: seconds(at(6 * day)),
    })
  })
})
