import { describe, expect, test } from '@jest/globals'
import type { RetentionPolicy } from '../../../lib/api/retention-policy.js'
import { gapsAt } from '../../../lib/retention/age-bands.js'
import { keptBy } from '../../../lib/retention/kept.js'
import { type Course, replay } from '../../../lib/retention/replay.js'
import { simulateRetention } from '../../../lib/retention/simulate.js'
import { Simulations } from '../../../lib/retention/simulations.js'
import { parseSchedule, slotsBetween } from '../../../lib/schedule.js'

const from = new Date('2026-01-01T00:00:00Z')
const hour = 3_600_000
const day = 24 * hour
const course = (expression: string, retention: RetentionPolicy, more: Partial<Course> = {}): Course => ({
  schedule: { expression, timeZone: 'UTC' },
  retention,
  from,
  ...more,
})

describe('a simulation', () => {
  test.each([
    ['0 */3 * * *', 'UTC', { keepHourly: 5, keepDaily: 4, keepWeekly: 3, keepMonthly: 2 }],
    ['30 1 * * *', 'Europe/Berlin', { keepLast: 2, keepWithinWeekly: '2m', keepYearly: 2 }],
    ['15 22 * * 1-5', 'America/New_York', { keepWithin: '10d', keepMonthly: 6 }],
  ])('of %s in %s keeps what keptBy keeps run after run', (expression, timeZone, retention) => {
    const parsed = parseSchedule(expression, timeZone)
    if (!parsed.ok) throw new Error(parsed.message)
    let left: { time: string }[] = []
    for (const slot of slotsBetween(
      parsed.schedule,
      new Date(from.getTime() - 1),
      new Date(from.getTime() + 120 * day),
      1e4,
    )) {
      const verdicts = keptBy(retention, [{ time: slot.toISOString() }, ...left], new Date(slot.getTime() + 1))
      left = verdicts.filter(({ keep }) => keep).map(({ snapshot }) => snapshot)
    }
    const { states } = simulateRetention({ schedule: { expression, timeZone }, retention, from }, [120])
    expect(states[0]?.points.map(point => point.at.toISOString())).toEqual(left.map(({ time }) => time))
  })

  test('says what is kept after 30, 90 and 365 days, how far back it reaches and the greatest gap at each age', () => {
    const result = simulateRetention(course('0 3 * * *', { keepDaily: 7, keepWeekly: 4, keepMonthly: 12 }))
    expect(result.runs).toBe(365)
    expect(result.states.map(({ day: after, points }) => [after, points.length])).toEqual([
      [30, 10],
      [90, 12],
      [365, 20],
    ])
    const year = result.states.at(-1)
    expect(year?.oldest?.toISOString()).toBe('2026-01-31T03:00:00.000Z')
    expect(year?.points[0]?.reasons).toEqual(['daily snapshot', 'weekly snapshot', 'monthly snapshot'])
    expect(Object.values(year?.count ?? {}).reduce((sum, each) => sum + each)).toBe(20)
    expect(result.worstGaps.day).toBe(day)
    expect(result.worstGaps.year).toBe(31 * day)
    expect(result.samples.length).toBeGreaterThan(50)
  })

  test('knows that a gap between midnights in one UTC day costs a daily snapshot when summer time begins', () => {
    // 01:30 in Berlin is 00:30 UTC in winter and 23:30 of the day before in summer: two runs of one UTC day.
    const berlin = course(
      '30 1 * * *',
      { keepDaily: 400 },
      { schedule: { expression: '30 1 * * *', timeZone: 'Europe/Berlin' } },
    )
    const { runs, states } = simulateRetention(berlin, [180])
    expect(runs - (states[0]?.points.length ?? 0)).toBe(1)
  })

  test('lets forget follow good runs only', () => {
    const partial = course(
      '0 * * * *',
      { keepLast: 2 },
      { outcome: (_, index) => (index < 10 ? 'PartiallySucceeded' : 'Succeeded') },
    )
    const sizes = [...replay(partial, 1)].map(run => run.kept.length)
    expect(sizes.slice(0, 12)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2, 2])
    const failing = course(
      '0 * * * *',
      { keepLast: 3 },
      { outcome: (_, index) => (index % 2 === 0 ? 'Succeeded' : 'Failed') },
    )
    const gaps = simulateRetention(failing, [2]).worstGaps
    expect(gaps.day).toBe(2 * hour)
  })

  test('removes nothing before the forget interval is over, and nothing at all in a dry run', () => {
    const daily = course('0 * * * *', { keepLast: 1 }, { forgetInterval: day })
    const counts = [...replay(daily, 3)].map(run => run.kept.length)
    expect([23, 24, 47, 48].map(index => counts[index])).toEqual([24, 2, 25, 2])
    expect(simulateRetention(course('0 3 * * *', { keepLast: 1, dryRun: true }), [30]).states[0]?.points).toHaveLength(
      30,
    )
  })

  test('of a schedule that has not fired yet has states without points', () => {
    const { runs, states, reach } = simulateRetention(course('0 0 1 7 *', { keepLast: 1 }), [30, 365])
    expect([runs, reach, states[0]?.points.length, states[0]?.oldest]).toEqual([1, undefined, 0, undefined])
    expect(states[1]?.points).toHaveLength(1)
  })
})

describe('a history that is too long to be replayed', () => {
  test('is refused with what it keeps, instead of hours of work', () => {
    const run = () => Array.from(replay(course('* * * * *', { keepWithin: '1y' }), 365)).length
    expect(run).toThrow(/after 14142 runs it keeps 14142 snapshots, which is more than can be replayed/)
  })
})

describe('gaps', () => {
  test('count for every band of ages that they touch, with the one from now to the newest point', () => {
    const points = [2 * hour, 20 * hour, 10 * day].map(age => ({ moment: { at: from.getTime() - age } }))
    expect(gapsAt(from.getTime(), points)).toEqual({
      day: 10 * day - 20 * hour,
      week: 10 * day - 20 * hour,
      month: 10 * day - 20 * hour,
      quarter: undefined,
      year: undefined,
    })
    expect(gapsAt(from.getTime(), points.slice(0, 2)).day).toBe(18 * hour)
  })
})

describe('simulations of a fleet', () => {
  test('are made once for policies that differ only in their minute and their name', () => {
    const simulations = new Simulations(from)
    for (let minute = 0; minute < 5000; minute += 1) {
      const expression = `${minute % 60} ${minute % 2 === 0 ? 3 : '*'} * * *`
      simulations.of({ schedule: { expression, timeZone: 'UTC' }, retention: { name: `p${minute}`, keepDaily: 7 } })
    }
    expect(simulations.size).toBe(2)
    const other = { schedule: { expression: '0 3 * * *', timeZone: 'UTC' }, retention: { keepDaily: 8 } }
    expect(simulations.of(other)).toBe(simulations.of(other))
    expect(simulations.size).toBe(3)
  })
})
