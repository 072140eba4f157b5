import { describe, expect, test } from '@jest/globals'
import { assert, constantFrom, integer, property, tuple } from 'fast-check'
import { mondayOf, runsByHour } from '../../../cli/report/week.js'
import { parseSchedule, slotsBetween } from '../../../lib/schedule.js'

const weekMs = 7 * 24 * 3_600_000

/** The same counts by stepping from slot to slot. */
function counted(expression: string, timeZone: string, monday: Date): Record<number, number> {
  const parsed = parseSchedule(expression, timeZone)
  if (!parsed.ok) throw new Error(parsed.message)
  const [from, to] = [new Date(monday.getTime() - 1000), new Date(monday.getTime() + weekMs - 1000)]
  const counts: Record<number, number> = {}
  for (const slot of slotsBetween(parsed.schedule, from, to, 100_000)) {
    const hour = Math.floor((slot.getTime() - monday.getTime()) / 3_600_000)
    counts[hour] = (counts[hour] ?? 0) + 1
  }
  return counts
}

function asCounts(pairs: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (let at = 0; at < pairs.length; at += 2) counts[pairs[at] ?? -1] = pairs[at + 1] ?? 0
  return counts
}

describe('the week of a schedule', () => {
  test('begins with Monday, whatever day it is', () => {
    expect(mondayOf(new Date('2026-11-22T23:59:00Z')).toISOString()).toBe('2026-11-16T00:00:00.000Z')
    expect(mondayOf(new Date('2026-11-23T00:00:00Z')).toISOString()).toBe('2026-11-23T00:00:00.000Z')
  })

  test('counts what the schedule itself runs, in weeks where clocks change too', () => {
    const expressions = ['0 3 * * *', '*/20 * * * *', '30 2 * * 0', '15 */6 1-7 * 1', '0 0 29 3 *', '5 1,13 * * 1-5']
    const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe']
    const choice = tuple(constantFrom(...expressions), constantFrom(...zones), integer({ min: 0, max: 103 }))
    assert(
      property(choice, ([expression, timeZone, week]) => {
        const monday = new Date(Date.UTC(2026, 0, 5) + week * weekMs)
        expect(asCounts(runsByHour({ expression, timeZone }, monday))).toEqual(counted(expression, timeZone, monday))
      }),
      { numRuns: 60 },
    )
  })
})
