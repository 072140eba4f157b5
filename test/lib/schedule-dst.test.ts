import { describe, expect, test } from '@jest/globals'
import { nextSlot, parseSchedule, previousSlot, type Schedule, slotsBetween } from '../../lib/schedule.js'

function schedule(expression: string, timeZone: string): Schedule {
  const parsed = parseSchedule(expression, timeZone)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.schedule
}

function slots(expression: string, timeZone: string, from: string, to: string): string[] {
  return slotsBetween(schedule(expression, timeZone), new Date(from), new Date(to), 100).map(slot => slot.toISOString())
}

describe('when the clock changes, as in Kubernetes', () => {
  test('a daily time that does not exist is skipped that day', () => {
    expect(slots('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', '2026-03-30T23:00:00Z')).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ])
  })

  test('a daily time that comes twice is a slot twice', () => {
    expect(slots('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ])
  })

  test('an hourly schedule runs every real hour through both changes', () => {
    expect(slots('0 * * * *', 'Europe/Berlin', '2026-03-28T22:30:00Z', '2026-03-29T03:30:00Z')).toHaveLength(5)
    expect(slots('0 * * * *', 'Europe/Berlin', '2026-10-24T22:30:00Z', '2026-10-25T03:30:00Z')).toHaveLength(5)
  })

  test('the newest slot before a gap and inside a double hour is the right one', () => {
    const daily = schedule('30 2 * * *', 'Europe/Berlin')
    expect(previousSlot(daily, new Date('2026-03-29T12:00:00Z'))).toEqual(new Date('2026-03-28T01:30:00Z'))
    expect(previousSlot(daily, new Date('2026-10-25T01:29:59Z'))).toEqual(new Date('2026-10-25T00:30:00Z'))
    expect(previousSlot(daily, new Date('2026-10-25T01:30:00Z'))).toEqual(new Date('2026-10-25T01:30:00Z'))
  })

  test('a change of half an hour keeps half-hourly slots half an hour apart', () => {
    const found = slots('*/30 * * * *', 'Australia/Lord_Howe', '2026-04-04T13:45:00Z', '2026-04-04T16:15:00Z')
    expect(found.map(slot => slot.slice(11, 16))).toEqual(['14:00', '14:30', '15:00', '15:30', '16:00'])
  })

  test('a midnight that does not exist loses only itself', () => {
    expect(slots('0 0,12 * * *', 'America/Sao_Paulo', '2018-11-03T16:00:00Z', '2018-11-05T03:00:00Z')).toEqual([
      '2018-11-04T14:00:00.000Z',
      '2018-11-05T02:00:00.000Z',
    ])
  })

  test.each([
    ['Europe/Berlin', '2026-03-28T12:00:00Z', '15,45 1-3 * * *'],
    ['Europe/Berlin', '2026-10-24T12:00:00Z', '30 2 * * *'],
    ['America/New_York', '2026-03-07T12:00:00Z', '0 */2 * * *'],
    ['America/New_York', '2026-10-31T12:00:00Z', '*/20 1 * * SUN'],
    ['Australia/Lord_Howe', '2026-04-04T00:00:00Z', '45 1 * * *'],
    ['Australia/Lord_Howe', '2026-10-03T00:00:00Z', '15 2 * * *'],
    ['America/Sao_Paulo', '2018-11-03T00:00:00Z', '30 0 4 * *'],
  ])('in %s from %s the slots of %s are the minutes whose local time matches', (zone, from, expression) => {
    const start = new Date(from)
    const end = new Date(start.getTime() + 48 * 3_600_000)
    const found = slots(expression, zone, from, end.toISOString())
    const local = new Intl.DateTimeFormat('en', {
      timeZone: zone,
      dateStyle: 'full',
      timeStyle: 'short',
      hourCycle: 'h23',
    })
    const atUtc = new Intl.DateTimeFormat('en', {
      timeZone: 'UTC',
      dateStyle: 'full',
      timeStyle: 'short',
      hourCycle: 'h23',
    })
    const wanted = new Set(
      slots(
        expression,
        'UTC',
        new Date(start.getTime() - 86_400_000).toISOString(),
        new Date(end.getTime() + 86_400_000).toISOString(),
      ).map(slot => atUtc.format(new Date(slot))),
    )
    const expected: string[] = []
    for (let time = start.getTime() + 60_000; time <= end.getTime(); time += 60_000) {
      if (wanted.has(local.format(new Date(time)))) expected.push(new Date(time).toISOString())
    }
    expect(found).toEqual(expected)
  })

  test('next and previous agree around every change of a year in many zones', () => {
    for (const zone of ['America/New_York', 'Asia/Kathmandu', 'Africa/Casablanca', 'Pacific/Apia', 'Europe/Dublin']) {
      const daily = schedule('15 2 * * *', zone)
      const found = slotsBetween(daily, new Date('2026-01-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z'), 400)
      for (const slot of found) {
        const next = nextSlot(daily, slot)
        expect(next).toBeDefined()
        expect(previousSlot(daily, new Date((next?.getTime() ?? 0) - 1))).toEqual(slot)
      }
    }
  })
})
