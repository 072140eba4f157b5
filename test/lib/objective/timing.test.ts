import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatDuration } from '../../../lib/duration.js'
import { greatestGap } from '../../../lib/objective/greatest-gap.js'
import { cronOf, startOf } from '../../../lib/objective/run-pattern.js'
import type { ClockTime } from '../../../lib/objective/time-window.js'
import { type Objective, timingOf, triggerTime } from '../../../lib/objective/timing.js'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const newYear = new Date(Date.UTC(2026, 0, 1))

function shown(objective: Objective): string {
  const result = timingOf(objective)
  if (!result.ok) return result.message
  const { pattern, startingDeadline, timeOut, worstAge } = result.timing
  const deadlines = [startingDeadline, timeOut, worstAge].map(formatDuration).join(' ')
  return `${cronOf(pattern, pattern.starts[0] ?? 0)} | ${deadlines}`
}

describe('the timing that follows from an objective', () => {
  test.each([
    [20 * minute, '0,5,10,15,20,25,30,35,40,45,50,55 * * * * | 2m 5m 17m'],
    [hour, '0,30 * * * * | 6m 19m 1h'],
    [4 * hour, '0 0,3,6,9,12,15,18,21 * * * | 13m 42m 4h'],
    [12 * hour, '0 0,8,16 * * * | 58m 2h57m 12h'],
    [24 * hour, '0 0,12 * * * | 1h 10h55m 24h'],
    [26 * hour, '0 0 * * * | 28m 1h27m 26h'],
    [7 * day, '0 0 * * * | 1h 24h 49h5m'],
    [8 * day, '0 0 * * 0 | 1h 22h55m 192h'],
    [35 * day, '0 0 1 * * | 1h 24h 769h5m'],
  ])('%d ms: %s', (age, expected) => {
    expect(shown({ age })).toBe(expected)
  })

  test('is twice a night, late and early, where one run a night would be too old', () => {
    expect(shown({ age: 24 * hour, window: { from: '22:00', to: '06:00' } })).toBe('0 2,22 * * * | 58m 2h57m 24h')
  })

  test('leaves room for sessions as long as the policy says', () => {
    expect(shown({ age: 26 * hour, longestSession: 6 * hour })).toBe('0 0,12 * * * | 1h 12h 25h5m')
    expect(shown({ age: 31 * hour, longestSession: 6 * hour })).toBe('0 0 * * * | 55m 6h 31h')
  })

  test('counts the hour by which a clock is set back', () => {
    const window = { from: '00:00', to: '00:30', timeZone: 'Europe/Berlin' } as const
    expect(shown({ age: 26 * hour, window })).toBe(
      '26h leaves 24h22m between runs, but the window 00:00-00:30 Europe/Berlin pauses for 24h30m a day (clock change included), and its runs are whole hours apart; widen the window, or leave it out',
    )
    expect(shown({ age: 27 * hour, window })).toBe('0 0 * * * | 28m 1h27m 27h')
  })

  test('never falls on a minute that a clock change skips or doubles', () => {
    const result = timingOf({ age: 30 * hour, window: { from: '01:30', to: '04:00', timeZone: 'Europe/Berlin' } })
    const starts = result.ok ? result.timing.pattern.starts : []
    expect([starts[0], starts.at(-1), starts.length]).toEqual([90, 239, 90])
    expect(starts.some(start => start >= 120 && start < 180)).toBe(false)
  })

  test.each([
    [10 * minute, undefined, '10m leaves 0s between runs, and runs are at least 5m and a session apart'],
    [4 * hour, { from: '01:00', to: '03:00' }, 'the window 01:00-03:00 pauses for 22h a day'],
    [day, { from: '01:00', to: '01:00' }, 'has no length'],
    [day + 1, undefined, 'expected whole minutes'],
    [day, { from: '25:00', to: '01:00' }, "window.from '25:00' is no time of day"],
  ])('%d ms in %p is refused in words', (age, window, words) => {
    expect(
      shown({ age, ...(window === undefined ? {} : { window: window as Objective['window'] & object }) }),
    ).toContain(words)
  })
})

describe('the promise', () => {
  const clock = fc.integer({ min: 0, max: 1439 }).map(at => {
    const [hours, minutes] = [Math.floor(at / 60), at % 60].map(part => String(part).padStart(2, '0'))
    return `${hours}:${minutes}` as ClockTime
  })
  const window = fc.record({
    from: clock,
    to: clock,
    timeZone: fc.constantFrom('Etc/UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
  })
  const objective = fc.record(
    {
      age: fc.integer({ min: 20, max: 40 * 1440 }).map(minutes => minutes * minute),
      window,
      longestSession: fc.integer({ min: 1, max: 600 }).map(minutes => minutes * minute),
    },
    { requiredKeys: ['age'] },
  )

  test('holds for every objective and every start: the greatest pause of a real year, late start and session fit in', () => {
    let kept = 0
    fc.assert(
      fc.property(objective, fc.nat(), (asked, pick) => {
        const result = timingOf(asked)
        if (!result.ok) return
        kept += 1
        const { pattern, greatestGap: promised, startingDeadline, timeOut, worstAge } = result.timing
        const start = pattern.starts[pick % pattern.starts.length] ?? 0
        const schedule = { expression: cronOf(pattern, start), timeZone: pattern.timeZone }
        const gap = greatestGap(schedule, newYear)
        expect(gap?.length).toBeLessThanOrEqual(promised)
        expect(worstAge).toBe(promised + startingDeadline + triggerTime + timeOut)
        expect(worstAge).toBeLessThanOrEqual(asked.age)
        expect(timeOut).toBeGreaterThanOrEqual(asked.longestSession ?? 5 * minute)
        expect(startingDeadline).toBeGreaterThanOrEqual(2 * minute)
        expect(startOf(pattern, schedule)).toBe(start)
      }),
      { numRuns: 400 },
    )
    expect(kept).toBeGreaterThan(100)
  })
})
