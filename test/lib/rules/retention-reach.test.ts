import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { RetentionPolicy } from '../../../lib/api/retention-policy.js'
import { replay } from '../../../lib/retention/replay.js'
import { retentionReach } from '../../../lib/rules/retention-reach.js'
import { parseSchedule } from '../../../lib/schedule.js'

const day = 86_400_000

function scheduleOf(expression: string, timeZone = 'UTC') {
  const parsed = parseSchedule(expression, timeZone)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.schedule
}

/** The youngest that the oldest snapshot ever is, over a replay, after a time in which the history fills up. */
function youngestOldest(expression: string, timeZone: string, retention: RetentionPolicy, days: number): number {
  const schedule = scheduleOf(expression, timeZone)
  const from = new Date('2024-01-10T00:00:00Z')
  let youngest = Number.POSITIVE_INFINITY
  for (const { at, kept } of replay({ schedule, retention, from }, days)) {
    const oldest = kept.at(-1)
    if (at > from.getTime() + (days - 400) * day && oldest !== undefined) {
      youngest = Math.min(youngest, at - oldest.moment.at)
    }
  }
  return youngest
}

test.each([
  ['0 3 * * *', 'UTC', { keepDaily: 31 }, 30 * day],
  ['0 3 * * *', 'UTC', { keepLast: 8 }, 7 * day],
  ['0 3 * * *', 'UTC', { keepWeekly: 5 }, 22 * day],
  ['0 3 * * 1', 'UTC', { keepWeekly: 5 }, 28 * day],
  ['0 * * * *', 'UTC', { keepWithin: '30d' }, 30 * day - day / 24],
  ['0 3 1 * *', 'UTC', { keepYearly: 3 }, 366 * day],
] as const)('%s %s %j surely reaches %i ms back', (expression, zone, retention, reach) => {
  const found = retentionReach(retention, scheduleOf(expression, zone))
  expect(found).toBeLessThanOrEqual(reach)
  expect(found).toBeGreaterThan(reach - 2 * day)
})

test('the reach is never longer than what a replay of the policy shows', () => {
  const count = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined })
  const policies = fc.record({
    expression: fc.constantFrom(
      ...[
        '30 2 * * *',
        '0 3 * * *',
        '0 */6 * * *',
        '15 * * * *',
        '0 22 * * 1-5',
        '0 4 * * 0',
        '0 5 1 * *',
        '0 1,2 * * *',
      ],
    ),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
    retention: fc.record({
      keepLast: count,
      keepHourly: count,
      keepDaily: count,
      keepWeekly: count,
      keepMonthly: count,
      keepWithin: fc.option(fc.constantFrom('3d', '40d', '2m'), { nil: undefined }),
      keepWithinDaily: fc.option(fc.constantFrom('10d', '3m'), { nil: undefined }),
    }),
  })
  const check = fc.property(policies, ({ expression, timeZone, retention }) => {
    const rules = Object.fromEntries(Object.entries(retention).filter(([, value]) => value !== undefined))
    fc.pre(Object.keys(rules).length > 0)
    const reach = retentionReach(rules, scheduleOf(expression, timeZone))
    expect(reach).toBeLessThanOrEqual(youngestOldest(expression, timeZone, rules, 800))
  })
  fc.assert(check, { numRuns: 20 })
})
