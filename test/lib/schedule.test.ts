import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { nextSlot, parseSchedule, previousSlot, type Schedule, slotsBetween } from '../../lib/schedule.js'

function schedule(expression: string, timeZone?: string): Schedule {
  const parsed = parseSchedule(expression, timeZone)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.schedule
}

function refusal(expression: string, timeZone?: string): string {
  const parsed = parseSchedule(expression, timeZone)
  return parsed.ok ? `accepted '${expression}'` : parsed.message
}

function firstSlots(expression: string, count: number): string[] {
  const end = new Date('2100-01-01T00:00:00Z')
  return slotsBetween(schedule(expression), new Date('2026-01-01T00:00:00Z'), end, count).map(slot =>
    slot.toISOString(),
  )
}

describe('what a CronJob accepts', () => {
  test.each([
    ['0 2 * * *', '2026-01-01T02:00'],
    ['  0   2 * * *  ', '2026-01-01T02:00'],
    ['5/15 * * * *', '2026-01-01T00:05'],
    ['*/70 * * * *', '2026-01-01T01:00'],
    ['0 0 ? * MON', '2026-01-05T00:00'],
    ['0 0 * feb-MAR sat,Sun', '2026-02-01T00:00'],
    ['0 22-23/1,4 * * *', '2026-01-01T04:00'],
    ['0 0 29 2 *', '2028-02-29T00:00'],
    ['0 0 30 2 1', '2026-02-02T00:00'],
    ['@yearly', '2027-01-01T00:00'],
    ['@annually', '2027-01-01T00:00'],
    ['@monthly', '2026-02-01T00:00'],
    ['@weekly', '2026-01-04T00:00'],
    ['@daily', '2026-01-02T00:00'],
    ['@midnight', '2026-01-02T00:00'],
    ['@hourly', '2026-01-01T01:00'],
  ])('%s first runs at %s', (expression, expected) => {
    expect(firstSlots(expression, 1)).toEqual([`${expected}:00.000Z`])
  })

  test('day of month and day of week are joined by OR when both are restricted', () => {
    expect(firstSlots('0 0 13 * FRI', 4).map(slot => slot.slice(0, 10))).toEqual([
      ...['2026-01-02', '2026-01-09', '2026-01-13', '2026-01-16'],
    ])
  })

  test('a stepped star counts as a restriction in the OR rule, a plain one does not', () => {
    expect(firstSlots('0 0 */10 * FRI', 4).map(slot => slot.slice(8, 10))).toEqual(['02', '09', '11', '16'])
    expect(firstSlots('0 0 */1 * FRI', 3).map(slot => slot.slice(8, 10))).toEqual(['02', '09', '16'])
  })
})

describe('what is refused, and why', () => {
  test.each([
    ['0 0 2 * * *', 'no field for seconds'],
    ['0 2 * *', 'five fields'],
    ['', 'got nothing'],
    ['@every 1h', 'not by the clock'],
    ['@reboot', 'not a macro'],
    ['TZ=Europe/Berlin 0 2 * * *', 'Use the field timeZone'],
    ['CRON_TZ=UTC 0 2 * * *', 'Use the field timeZone'],
    ['60 * * * *', "minute '60' is outside 0-59"],
    ['* 24 * * *', 'outside 0-23'],
    ['* * 0 * *', 'outside 1-31'],
    ['* * * 13 *', 'outside 1-12'],
    ['0 0 * * 7', 'Sunday is 0 or SUN'],
    ['0 0 L * *', 'L, W or #'],
    ['0 0 15W * *', 'L, W or #'],
    ['0 0 * * 1#2', 'L, W or #'],
    ['0 5-3 * * *', 'begins after its end'],
    ['*/0 * * * *', 'step of zero'],
    ['1/2/3 * * * *', 'more than one slash'],
    ['1-2-3 * * * *', 'more than one hyphen'],
    ['-1 * * * *', 'lacks a number'],
    ['*-5 * * * *', "'*' where a number is expected"],
    [', * * * *', 'is empty'],
    ['MON * * * *', 'where a number is expected'],
    ['0 0 31 2 *', 'never comes'],
    ['0 0 31 4,6,9,11 *', 'never comes'],
  ])('%s: %s', (expression, expected) => {
    expect(refusal(expression)).toContain(expected)
  })

  test.each(['Mars/Olympus', '', 'Local', '+02:00', 'Europe/Berlin '])('the time zone "%s"', zone => {
    expect(refusal('0 2 * * *', zone)).toContain('expected an IANA name')
  })

  test('a time zone whose case differs, because Kubernetes looks for a file of that name', () => {
    expect(refusal('0 2 * * *', 'europe/berlin')).toBe("time zone 'europe/berlin' is spelled Europe/Berlin")
  })
})

describe('slots', () => {
  test('a time on a slot is its own newest slot, and the next one is later', () => {
    const daily = schedule('0 2 * * *')
    const slot = new Date('2026-06-01T02:00:00Z')
    expect(previousSlot(daily, slot)).toEqual(slot)
    expect(previousSlot(daily, new Date('2026-06-01T02:00:00.500Z'))).toEqual(slot)
    expect(previousSlot(daily, new Date('2026-06-01T01:59:59.999Z'))).toEqual(new Date('2026-05-31T02:00:00Z'))
    expect(nextSlot(daily, slot)).toEqual(new Date('2026-06-02T02:00:00Z'))
  })

  test('slots between two times leave out the first and keep the last, up to the limit', () => {
    const hourly = schedule('@hourly')
    const from = new Date('2026-06-01T02:00:00Z')
    expect(slotsBetween(hourly, from, new Date('2026-06-01T05:00:00Z'), 10)).toHaveLength(3)
    expect(slotsBetween(hourly, from, new Date('2026-06-01T05:00:00Z'), 2)).toHaveLength(2)
  })

  test('a yearly and a leap-day schedule are found in milliseconds, both ways', () => {
    const leap = schedule('0 0 29 2 *', 'Europe/Berlin')
    const started = performance.now()
    for (let day = 1; day <= 28; day += 1) {
      expect(previousSlot(leap, new Date(Date.UTC(2026, 0, day)))).toEqual(new Date('2024-02-28T23:00:00Z'))
      expect(nextSlot(leap, new Date(Date.UTC(2026, 0, day)))).toEqual(new Date('2028-02-28T23:00:00Z'))
    }
    expect((performance.now() - started) / 56).toBeLessThan(20)
  })

  const field = (min: number, max: number) =>
    fc.oneof(
      { arbitrary: fc.constant('*'), weight: 3 },
      fc.integer({ min, max }).map(String),
      fc.integer({ min: 2, max: max - min }).map(step => `*/${step}`),
      fc.uniqueArray(fc.integer({ min, max }), { minLength: 2, maxLength: 4 }).map(list => list.join(',')),
    )
  const expressions = fc
    .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
    .map(parts => parts.join(' '))
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe')
  const times = fc.date({
    min: new Date('2020-01-01T00:00:00Z'),
    max: new Date('2035-01-01T00:00:00Z'),
    noInvalidDate: true,
  })

  test('previous undoes next, and nothing lies between them', () => {
    fc.assert(
      fc.property(expressions, zones, times, (expression, zone, time) => {
        const any = schedule(expression, zone)
        const next = nextSlot(any, time)
        const previous = previousSlot(any, time)
        if (next === undefined || previous === undefined) throw new Error('a slot in both directions was expected')
        expect(next.getTime()).toBeGreaterThan(time.getTime())
        expect(previous.getTime()).toBeLessThanOrEqual(time.getTime())
        expect(previousSlot(any, next)).toEqual(next)
        expect(previousSlot(any, new Date(next.getTime() - 1))).toEqual(previous)
        expect(nextSlot(any, previous)).toEqual(next)
      }),
      { numRuns: 200 },
    )
  })
})
