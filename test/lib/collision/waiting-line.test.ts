import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { slotMinutes } from '../../../lib/calendar/slots.js'
import type { Party } from '../../../lib/collision/party.js'
import { standInLine } from '../../../lib/collision/waiting-line.js'

const from = Date.UTC(2026, 2, 20) / 60_000
const span = { from, to: from + 20 * 1440 }

const party = fc
  .record({
    minute: fc.integer({ min: 0, max: 59 }),
    hour: fc.constantFrom('0', '1', '2', '23', '*', '*/6'),
    days: fc.constantFrom('* * *', '* * 1', '28 * *', '* * *'),
    timeZone: fc.constantFrom('Etc/UTC', 'Europe/Berlin', 'America/New_York'),
    duration: fc.constantFrom(1, 10, 45, 200),
    patience: fc.constantFrom(0, 10, 30),
  })
  .map(({ minute, hour, days, timeZone, duration, patience }): Party => {
    const schedule = { expression: `${minute} ${hour} ${days}`, timeZone }
    return {
      kind: 'BackupConfiguration',
      namespace: 'shop',
      name: 'p',
      position: '',
      schedule,
      duration,
      patience,
      claims: [],
    }
  })

/** The same, run by run, without days. */
function plainLine(parties: readonly Party[], limit: number) {
  const runs = parties
    .flatMap((each, index) =>
      slotMinutes(each.schedule, span.from, span.to).map(minute => ({ minute, index, ...each })),
    )
    .sort((a, b) => a.minute - b.minute || a.index - b.index)
  const free = Array.from({ length: limit }, () => 0)
  let [late, longestWait, first] = [0, 0, 0]
  for (const { minute, duration, patience } of runs) {
    free.sort((a, b) => a - b)
    const begin = Math.max(minute, free[0] ?? 0)
    free[0] = begin + duration
    longestWait = Math.max(longestWait, begin - minute)
    if (begin - minute > patience) {
      late += 1
      if (first === 0) first = minute
    }
  }
  return { late, longestWait, first }
}

describe('a line that is reckoned by its different days', () => {
  test('comes to the same as one that is reckoned run by run', () => {
    fc.assert(
      fc.property(fc.array(party, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 3 }), (parties, limit) => {
        const { late, longestWait, firstLate } = standInLine(parties, limit, 'own', span)
        expect({ late, longestWait, first: firstLate?.minute ?? 0 }).toEqual(plainLine(parties, limit))
      }),
      { numRuns: 150 },
    )
  })
})
