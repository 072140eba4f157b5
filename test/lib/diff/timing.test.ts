import { describe, expect, test } from '@jest/globals'
import { scheduleWords } from '../../../lib/diff/schedule-words.js'
import { parseSchedule } from '../../../lib/schedule.js'
import { changesWith, ofKind, policy, told } from './fleets.js'

describe('when backups run', () => {
  test('a rarer schedule is a warning with runs and gaps', () => {
    const [only] = changesWith(policy({ schedule: '0 3 * * 0', recoveryPointObjective: '26h' }))
    expect(only).toMatchObject({ severity: 'danger', kind: 'schedule-rarer' })
    expect(only?.sentence).toBe(
      'Backups run weekly on Sunday at 03:00 Europe/Berlin instead of daily at 03:00 Europe/Berlin: 1 run a week instead of 7, at most 7d apart instead of 24h. That does not keep the recovery point objective of 26h.',
    )
    expect(only?.details).toEqual([
      { field: 'spec.schedule', before: '0 3 * * *', after: '0 3 * * 0' },
      { field: 'runs per week', before: '7', after: '1' },
      { field: 'greatest gap', before: '24h', after: '7d' },
    ])
  })

  test('another hour is a notice', () => {
    expect(told(changesWith(policy({ schedule: '30 4 * * *' })))).toEqual([
      'notice schedule-changed policy shop/orders: Backups run daily at 04:30 Europe/Berlin instead of daily at 03:00 Europe/Berlin, as often as before.',
    ])
  })

  test('another time zone is told', () => {
    expect(ofKind(changesWith(policy({ timeZone: 'Etc/UTC' })), 'schedule-changed').sentence).toContain(
      'daily at 03:00 UTC instead of daily at 03:00 Europe/Berlin',
    )
  })

  test('the greatest gap is found across nights and weekends', () => {
    const { details } = ofKind(changesWith(policy({ schedule: '0 9-17 * * 1-5' })), 'schedule-rarer')
    expect(details).toContainEqual({
      field: 'greatest gap',
      before: '24h',
      after: '2d 16h',
    })
    expect(details).toContainEqual({ field: 'runs per week', before: '7', after: '45' })
  })

  test.each([
    ['36h', 'warning objective-loosened policy shop/orders: The newest good backup may be 36h old instead of 26h.'],
    ['24h', 'notice objective-tightened policy shop/orders: The newest good backup may be 24h old instead of 26h.'],
    [
      undefined,
      'warning objective-loosened policy shop/orders: The recovery point objective of 26h is gone: nobody is told when backups are late.',
    ],
  ])('an objective of %s instead of 26h is told', (recoveryPointObjective, sentence) => {
    expect(told(changesWith(policy({ recoveryPointObjective })))).toEqual([sentence])
  })

  test('the same objective in other words is only another text', () => {
    expect(changesWith(policy({ recoveryPointObjective: '1560m' })).map(({ kind }) => kind)).toEqual([
      'settings-changed',
    ])
  })

  test('deadlines and attempts are told in words', () => {
    const all = changesWith(policy({ timeOut: '2h', retryConfig: { maxRetry: 2 } }))
    expect(told(all)).toEqual([
      'warning deadline-changed policy shop/orders: A session may take 2h instead of 24h; a failed session is tried 3 times instead of 1.',
    ])
  })

  test('a default that is written out changes nothing', () => {
    const written = {
      timeOut: '24h',
      paused: false,
      partialPolicy: 'Fail',
      privileges: 'restricted',
      startingDeadline: '1h',
      task: { name: 'pvc-backup' },
      readAs: { user: 65532 },
    }
    expect(changesWith(policy(written))).toEqual([])
  })
})

describe('schedules in words', () => {
  test.each([
    ['0 3 * * *', 'daily at 03:00 UTC'],
    ['@hourly', 'hourly at minute 0 UTC'],
    ['17 */6 * * *', 'daily at 00:17, 06:17, 12:17 and 18:17 UTC'],
    ['5 */2 * * *', 'every 2 hours from 00:05 UTC'],
    ['*/15 * * * *', 'every 15 minutes UTC'],
    ['0 3 * * 0', 'weekly on Sunday at 03:00 UTC'],
    ['0 3 * * 1,4', 'on Monday and Thursday at 03:00 UTC'],
    ['0 22 * * 1-5', 'on weekdays at 22:00 UTC'],
    ['0 3 1 * *', 'monthly on day 1 at 03:00 UTC'],
    ['0 3 1 1 *', 'yearly on day 1 of January at 03:00 UTC'],
    ['1,7,9 3 1 * 2', 'by ‘1,7,9 3 1 * 2’ UTC'],
  ])('%s is %s', (expression, words) => {
    const parsed = parseSchedule(expression)
    expect(parsed.ok && scheduleWords(parsed.schedule)).toBe(words)
  })
})
