import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { slotMinutes } from '../../../lib/calendar/slots.js'
import { clockChanges, longestSetBack, unsafeMinutes } from '../../../lib/calendar/zone.js'
import { parseSchedule, slotsBetween } from '../../../lib/schedule.js'

const minutesOf = (date: Date) => date.getTime() / 60_000
const zones = [
  'Etc/UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
]

describe('slots by arithmetic', () => {
  const field = (min: number, max: number) =>
    fc.oneof(
      { weight: 2, arbitrary: fc.constant('*') },
      { weight: 3, arbitrary: fc.integer({ min, max }).map(String) },
      fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 }).map(all => all.join(',')),
    )
  const some = fc.record({
    minute: fc.integer({ min: 0, max: 59 }).map(String),
    hour: field(0, 23),
    date: field(1, 28),
    month: field(1, 12),
    week: field(0, 6),
    zone: fc.constantFrom(...zones),
    start: fc.integer({ min: 0, max: 900 }),
  })

  test('are those that the search finds, whatever the expression and the zone', () => {
    fc.assert(
      fc.property(some, ({ minute, hour, date, month, week, zone, start }) => {
        const expression = [minute, hour, date, month, week].join(' ')
        const parsed = parseSchedule(expression, zone)
        if (!parsed.ok) throw new Error(parsed.message)
        const from = new Date(Date.UTC(2026, 0, 1) + start * 86_400_000)
        const to = new Date(from.getTime() + 40 * 86_400_000)
        const searched = slotsBetween(
          parsed.schedule,
          new Date(from.getTime() - 60_000),
          new Date(to.getTime() - 1),
          5000,
        )
        expect(slotMinutes({ expression, timeZone: zone }, minutesOf(from), minutesOf(to))).toEqual(
          searched.map(minutesOf),
        )
      }),
      { numRuns: 120 },
    )
  })

  test('skip what a clock change skips, and double what it doubles', () => {
    const schedule = { expression: '30 2 * * *', timeZone: 'Europe/Berlin' }
    const slots = slotMinutes(schedule, minutesOf(new Date('2026-01-01Z')), minutesOf(new Date('2027-01-01Z')))
    const days = slots.map(slot => new Date(slot * 60_000).toISOString().slice(0, 10))
    expect(days).not.toContain('2026-03-29')
    expect(days.filter(day => day === '2026-10-25')).toHaveLength(2)
    expect(slots).toHaveLength(365)
  })
})

describe('the clock of a zone', () => {
  test('changes twice a year in Berlin, never in UTC', () => {
    expect(clockChanges('Etc/UTC')).toEqual([])
    expect(clockChanges('Europe/Berlin').slice(0, 2)).toEqual([
      { at: minutesOf(new Date('2024-03-31T01:00Z')), before: 60, after: 120 },
      { at: minutesOf(new Date('2024-10-27T01:00Z')), before: 120, after: 60 },
    ])
  })

  test('is set back by half an hour on Lord Howe', () => {
    expect([longestSetBack('Australia/Lord_Howe'), longestSetBack('Europe/Berlin'), longestSetBack('UTC')]).toEqual([
      30, 60, 0,
    ])
  })

  test('has minutes that are not safe: from two to three in Berlin', () => {
    expect([...unsafeMinutes('Europe/Berlin')].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_, index) => 120 + index),
    )
  })
})
