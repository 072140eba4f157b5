import { describe, expect, test } from '@jest/globals'
import { snapshotList } from '../../../lib/restic/messages.js'
import { changes, changesWith, now, ofKind, policy, replaced, shop } from './fleets.js'

const keep = (rules: object) => policy({ retentionPolicy: rules })
const daily = (count: number, host = 'demo/shop/orders-data', path = '/holdfast-data') =>
  Array.from({ length: count }, (_, index) => ({
    id: `${index}`.padStart(64, 'a'),
    time: new Date(now.getTime() - (index + 1) * 86_400_000).toISOString(),
    hostname: host,
    paths: [path],
  }))

describe('what retention deletes', () => {
  test('fewer days remove snapshots at the next run, and history becomes shorter', () => {
    const [before, after] = [keep({ keepDaily: 30 }), keep({ keepDaily: 7 })]
    const all = changes(replaced(shop(), [before]), replaced(shop(), [after]))
    expect(all).toHaveLength(1)
    expect(all[0]).toMatchObject({ severity: 'danger', kind: 'retention-deletes', subject: 'policy shop/orders' })
    expect(all[0]?.sentence).toBe(
      'Retention keeps 7 daily instead of 30 daily: the next run would remove 23 of 30 snapshots that the old rules keep; the oldest is then 7d old instead of 30d.',
    )
  })

  test('more days remove nothing', () => {
    const all = changesWith(keep({ keepDaily: 14, keepWeekly: 4, keepMonthly: 12 }))
    expect(all.map(({ severity, kind }) => [severity, kind])).toEqual([['notice', 'retention-loosened']])
  })

  test('other words for the same snapshots are a notice', () => {
    const all = changes(replaced(shop(), [keep({ keepLast: 7 })]), replaced(shop(), [keep({ keepDaily: 7 })]))
    expect(all.map(({ kind }) => kind)).toEqual(['retention-changed'])
  })

  test('the end of a dry run removes what had gathered', () => {
    const rules = { keepDaily: 7 }
    const all = changes(replaced(shop(), [keep({ ...rules, dryRun: true })]), replaced(shop(), [keep(rules)]))
    expect(ofKind(all, 'retention-deletes').sentence).toContain('Retention keeps 7 daily instead of everything')
    const back = changes(replaced(shop(), [keep(rules)]), replaced(shop(), [keep({ ...rules, dryRun: true })]))
    expect(ofKind(back, 'retention-loosened').sentence).toContain('grows without end')
  })

  test('a tag that no longer keeps for good is a warning', () => {
    const [before, after] = [keep({ keepDaily: 7, keepTags: ['audit'] }), keep({ keepDaily: 7 })]
    const all = changes(replaced(shop(), [before]), replaced(shop(), [after]))
    expect(all.map(({ severity, kind }) => [severity, kind])).toEqual([['warning', 'retention-changed']])
    expect(all[0]?.sentence).toContain('snapshots with the tag audit were kept for good')
  })

  test('more runs under rules that count runs reach less far back', () => {
    const counted = { retentionPolicy: { keepLast: 7 } }
    const before = replaced(shop(), [policy(counted)])
    const after = replaced(shop(), [policy({ ...counted, schedule: '0 * * * *' })])
    expect(ofKind(changes(before, after), 'retention-deletes').sentence).toBe(
      'Backups run more often, and retention still keeps the last 7: in time that reaches back 19h instead of 7d.',
    )
    expect(changesWith(policy({ schedule: '0 * * * *' })).map(({ kind }) => kind)).toEqual(['schedule-changed'])
  })

  test('real snapshots give exact numbers, of this host and path only', () => {
    const listed = [...daily(10), ...daily(50, 'demo/shop/other'), ...daily(50, 'demo/shop/orders-data', '/else')]
    const snapshots = snapshotList(listed) ?? []
    const [before, after] = [keep({ keepDaily: 30 }), keep({ keepDaily: 7 })]
    const all = changes(replaced(shop(), [before]), replaced(shop(), [after]), { snapshots })
    expect(ofKind(all, 'retention-deletes').sentence).toBe(
      'Retention keeps 7 daily instead of 30 daily: the next run would remove 3 of 10 snapshots in the store that the old rules keep; the oldest is then 7d old instead of 10d.',
    )
  })
})
