import { describe, expect, test } from '@jest/globals'
import { collisionsOf } from '../../../lib/collision/collisions.js'
import { solve } from '../../../lib/stagger/solve.js'
import { jobOf } from '../stagger/fleet-of-jobs.js'
import { gitFleet } from './git-fleet.js'

const windows = [
  undefined,
  { from: '22:00', to: '04:00' },
  { from: '00:00', to: '05:00', timeZone: 'Europe/Berlin' },
] as const

describe('a fleet that the solver has spread', () => {
  test('has no collision in a whole year, clock changes and ends of months included', () => {
    const jobs = Array.from({ length: 70 }, (_, index) => {
      const hours = [27, 30, 30, 48, 8 * 24, 35 * 24, 12][index % 7] ?? 30
      const window = hours === 12 ? undefined : windows[index % 3]
      return jobOf(`shop/p${index}`, hours, { storeLimit: 4 }, window)
    })
    const { schedules, shortages } = solve({ jobs })
    expect(shortages).toEqual([])
    const policies = jobs.map(({ key }) => {
      const { expression = '', timeZone = '' } = schedules.get(key) ?? {}
      return { name: key.slice(5), schedule: expression, timeZone, startDeadline: '1m' }
    })
    const fleet = gitFleet(policies)
    expect(collisionsOf(fleet, { from: new Date('2026-01-01T00:00:00Z'), days: 730 })).toEqual([])
  })
})
