import { describe, expect, test } from '@jest/globals'
import { earlier, formatCalendarDuration, parseCalendarDuration } from '../../../lib/retention/calendar-duration.js'
import { keptBy, refusalOf, refusals } from '../../../lib/retention/kept.js'
import { parseMoment } from '../../../lib/retention/moment.js'

const now = new Date('2026-11-22T12:00:00Z')
const at = (...times: string[]) => times.map(time => ({ time }))
const kept = (verdicts: ReturnType<typeof keptBy>) =>
  verdicts.filter(({ keep }) => keep).map(({ snapshot, reasons }) => [snapshot.time, ...reasons])

describe('keptBy', () => {
  test('keeps the newest snapshot of each period and the oldest of all while a rule has counts left', () => {
    const verdicts = keptBy(
      { keepDaily: 3 },
      at('2026-11-20T01:00:00Z', '2026-11-20T02:00:00Z', '2026-11-21T01:00:00Z'),
      now,
    )
    expect(kept(verdicts)).toEqual([
      ['2026-11-21T01:00:00Z', 'daily snapshot'],
      ['2026-11-20T02:00:00Z', 'daily snapshot'],
      ['2026-11-20T01:00:00Z', 'oldest daily snapshot'],
    ])
  })

  test('takes the days of the clock that took the snapshot', () => {
    // The same night: in Berlin both are of the 25th, in UTC of two days.
    const berlin = keptBy({ keepDaily: 1 }, at('2026-10-25T00:30:00+02:00', '2026-10-25T04:00:00+01:00'), now)
    expect(kept(berlin)).toHaveLength(1)
    const utc = keptBy({ keepDaily: 2, keepLast: 1 }, at('2026-10-24T22:30:00Z', '2026-10-25T03:00:00Z'), now)
    expect(kept(utc).map(([time]) => time)).toEqual(['2026-10-25T03:00:00Z', '2026-10-24T22:30:00Z'])
  })

  test('counts ages from the newest snapshot that is not in the future, not from today', () => {
    const old = at('2020-05-03T00:00:00Z', '2020-05-01T00:00:00Z', '2020-04-01T00:00:00Z')
    expect(kept(keptBy({ keepWithin: '7d' }, old, now)).map(([time]) => time)).toEqual([
      '2020-05-03T00:00:00Z',
      '2020-05-01T00:00:00Z',
    ])
    const withFuture = [...old, ...at('2027-01-01T00:00:00Z')]
    expect(kept(keptBy({ keepWithin: '7d' }, withFuture, now))).toHaveLength(3)
  })

  test('says that restic refuses to remove everything, and keeps it all', () => {
    const verdicts = keptBy({ keepTags: ['gold'] }, at('2026-11-20T01:00:00Z'), now)
    expect(refusalOf(verdicts)).toBe(refusals.nothingLeft)
    expect(kept(verdicts)).toHaveLength(1)
    expect(refusalOf(keptBy({ keepWithin: '0h' }, at('2026-11-20T01:00:00Z'), now))).toBe(refusals.noRule)
    expect(refusalOf(keptBy({ keepLast: 1 }, at('2026-11-20T01:00:00Z'), now))).toBeUndefined()
    expect(keptBy({ keepLast: 1 }, [], now)).toEqual([])
  })

  test('names a time or an age that it cannot read', () => {
    expect(() => keptBy({ keepLast: 1 }, at('yesterday'), now)).toThrow(/time 'yesterday' cannot be read/)
    expect(() => keptBy({ keepWithin: '2w' }, at('2026-11-20T01:00:00Z'), now)).toThrow(/duration '2w' cannot be read/)
    expect(() => keptBy({ keepWithin: `${'9'.repeat(20)}y` }, [], now)).toThrow(/cannot be read/)
  })
})

describe('a calendar duration', () => {
  test.each([
    ['2026-03-31T10:00:00Z', '1m', '2026-03-03T10:00:00.000Z'],
    ['2024-02-29T10:00:00Z', '1y', '2023-03-01T10:00:00.000Z'],
    ['2026-01-01T00:30:00+02:00', '1m', '2025-11-30T22:30:00.000Z'],
    ['2026-01-31T00:00:00Z', '1y2m3d4h', '2024-11-27T20:00:00.000Z'],
  ])('before %s, %s is %s', (time, duration, expected) => {
    const moment = earlier(parseMoment(time), parseCalendarDuration(duration))
    expect(new Date(moment.at).toISOString()).toBe(expected)
  })

  test('is printed as restic does, without what is zero', () => {
    expect(formatCalendarDuration(parseCalendarDuration('0y6m0d12h'))).toBe('6m12h')
  })
})
