import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { StaggerJob } from '../../../lib/stagger/job.js'
import { solve } from '../../../lib/stagger/solve.js'
import { greatestAtOnce, jobOf } from './fleet-of-jobs.js'

const windows = [
  undefined,
  { from: '22:00', to: '04:00' },
  { from: '01:00', to: '05:00', timeZone: 'Europe/Berlin' },
  { from: '20:00', to: '23:30', timeZone: 'America/New_York' },
] as const
const job = fc.record({
  hours: fc.constantFrom(27, 30, 30, 48, 8 * 24, 35 * 24, 4),
  window: fc.constantFrom(...windows),
  store: fc.constantFrom('s3:one', 's3:two'),
  duration: fc.constantFrom(5, 10, 10, 25, 60),
})
const fleet = fc.array(job, { minLength: 1, maxLength: 25 }).map(all =>
  all.map(({ hours, window, store, duration }, index) => {
    const place = hours < 24 ? undefined : window
    return jobOf(`shop/p${index}`, hours, { store, duration, storeLimit: 2, nodePool: `pool-${index % 3}` }, place)
  }),
)
const limits = { perNodePool: 3 }
const winterAndSummer = ['2026-01-05', '2026-07-06', '2026-03-16', '2026-01-28']

function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, index) => ({ item, at: (index * 7919 + seed) % 104_729 }))
    .sort((a, b) => a.at - b.at)
    .map(each => each.item)
}

describe('the plan', () => {
  test('never breaks a limit, in winter, summer, or when only one of two zones has changed its clock', () => {
    fc.assert(
      fc.property(fleet, jobs => {
        const { schedules, shortages } = solve({ jobs, limits })
        const lost = new Set(shortages.flatMap(shortage => shortage.lost))
        const placed = jobs.filter(({ key }) => !lost.has(key))
        for (const date of winterAndSummer) {
          for (const [, most] of greatestAtOnce(placed, schedules, date)) expect(most).toBeLessThanOrEqual(2)
          const pools = placed.map(each => ({ ...each, store: each.nodePool ?? '' }))
          for (const [, most] of greatestAtOnce(pools, schedules, date)) expect(most).toBeLessThanOrEqual(3)
        }
      }),
      { numRuns: 25 },
    )
  })

  test('is the same whatever the order of the policies', () => {
    fc.assert(
      fc.property(fleet, fc.nat(10_000), (jobs, seed) => {
        expect([...solve({ jobs: shuffled(jobs, seed), limits }).schedules]).toEqual([
          ...solve({ jobs, limits }).schedules,
        ])
      }),
      { numRuns: 20 },
    )
  })

  test('is a fixed point: solved again it moves nobody', () => {
    fc.assert(
      fc.property(fleet, jobs => {
        const first = solve({ jobs, limits })
        fc.pre(first.shortages.length === 0)
        const again = solve({ jobs, limits, previous: first.schedules })
        expect(again.moved).toEqual([])
        expect(again.schedules).toEqual(first.schedules)
      }),
      { numRuns: 20 },
    )
  })

  test('moves nobody when policies leave', () => {
    fc.assert(
      fc.property(fleet, fc.nat(6), (jobs, every) => {
        const first = solve({ jobs, limits })
        fc.pre(first.shortages.length === 0)
        const fewer = jobs.filter((_, index) => index % 7 !== every)
        expect(solve({ jobs: fewer, limits, previous: first.schedules }).moved).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  test('moves nobody when policies come and there is room', () => {
    fc.assert(
      fc.property(fleet, jobs => {
        const wide = jobs.map(each => ({ ...each, storeLimit: 60 }))
        const first = solve({ jobs: wide.slice(1) })
        expect(solve({ jobs: wide, previous: first.schedules }).moved).toEqual([])
      }),
      { numRuns: 20 },
    )
  })
})

describe('spread', () => {
  const night = { from: '22:00', to: '06:00' } as const
  const jobs = (count: number, storeLimit: number): StaggerJob[] =>
    Array.from({ length: count }, (_, index) => jobOf(`shop/p${index}`, 30, { storeLimit }, night))

  test('fills a window to the last place: 192 runs of ten minutes, four at once, in eight hours', () => {
    const all = jobs(192, 4)
    const { schedules, shortages } = solve({ jobs: all })
    expect(shortages).toEqual([])
    expect(greatestAtOnce(all, schedules)).toEqual(new Map([['s3:one', 4]]))
  })

  test('comes near the least possible where nothing limits it', () => {
    const all = Array.from({ length: 1000 }, (_, index) => jobOf(`shop/p${index}`, 26))
    const most = greatestAtOnce(all, solve({ jobs: all }).schedules).get('s3:one')
    // 1000 runs of 10 minutes in 1440 minutes: seven at once are unavoidable.
    expect(most).toBeLessThanOrEqual(8)
  })

  test('leaves out what schedules of other policies take', () => {
    const fixed = {
      key: 'shop/old',
      schedule: { expression: '0 3 * * *', timeZone: 'Etc/UTC' },
      store: 's3:one',
      duration: 60,
    }
    const all = Array.from({ length: 6 }, (_, index) =>
      jobOf(`shop/p${index}`, 30, { storeLimit: 1 }, { from: '03:00', to: '05:00' }),
    )
    const { schedules, shortages } = solve({ jobs: all, fixed: [fixed] })
    expect(shortages).toEqual([])
    expect([...schedules.values()].map(({ expression }) => expression.split(' ')[1])).toEqual(Array(6).fill('4'))
  })

  test('solves five thousand policies in seconds, and does it again without a move', () => {
    const all = Array.from({ length: 5000 }, (_, index) =>
      jobOf(`team-${index % 40}/p${index}`, 26, { store: `s3:${index % 50}`, storeLimit: 4 }),
    )
    const began = process.cpuUsage().user
    const first = solve({ jobs: all })
    // In microseconds of the processor: a busy machine is no failure. It is about one second.
    expect(process.cpuUsage().user - began).toBeLessThan(8_000_000)
    expect(first.shortages).toEqual([])
    expect(solve({ jobs: all, previous: first.schedules }).moved).toEqual([])
  })
})
