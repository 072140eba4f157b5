import { describe, expect, test } from '@jest/globals'
import { collisionProblems } from '../../../lib/collision/collision-problems.js'
import { type CollisionOptions, collisionsOf } from '../../../lib/collision/collisions.js'
import { runsPerHour } from '../../../lib/collision/occupancy.js'
import type { Fleet } from '../../../lib/fleet/fleet.js'
import { formatProblem } from '../../../lib/problem.js'
import { gitFleet } from './git-fleet.js'

const from = new Date('2026-01-01T00:00:00Z')
const told = (fleet: Fleet, options: Partial<CollisionOptions> = {}) =>
  collisionsOf(fleet, { from, ...options }).map(({ rule, subject, first, times, parties }) => ({
    rule,
    subject,
    first: first.toISOString().slice(0, 16),
    times,
    parties: parties.map(({ name, localRun }) => `${name} ${localRun}`),
  }))
const nightly = (count: number, schedule = (index: number) => `${index % 60} 3 * * *`) =>
  Array.from({ length: count }, (_, index) => ({ name: `p${index}`, schedule: schedule(index) }))

describe('runs collide', () => {
  test('when two policies back up one claim at the same time, also where only a clock change brings them together', () => {
    const fleet = gitFleet([
      { name: 'near', claim: 'orders', schedule: '5 1 * * *' },
      { name: 'far', claim: 'orders', schedule: '0 3 * * *', timeZone: 'Europe/Berlin' },
    ])
    expect(told(fleet)).toEqual([
      {
        rule: 'claim',
        subject: 'claim shop/orders',
        first: '2026-03-29T01:05',
        times: 210,
        parties: ['far 2026-03-29 03:00', 'near 2026-03-29 01:05'],
      },
    ])
  })

  test('when a CronJob of others works on the claim meanwhile', () => {
    const fleet = gitFleet([{ name: 'orders', schedule: '0 3 * * *', duration: '30m' }], {
      cronJobs: [
        { name: 'vacuum', schedule: '20 3 * * 0', claim: 'orders' },
        { name: 'report', schedule: '40 3 * * *', claim: 'orders' },
      ],
    })
    expect(told(fleet)).toEqual([
      {
        rule: 'cronJob',
        subject: 'claim shop/orders',
        first: '2026-01-04T03:20',
        times: 52,
        parties: ['orders 2026-01-04 03:00', 'vacuum 2026-01-04 03:20'],
      },
    ])
  })

  test('when a policy is due before it can be done', () => {
    const fleet = gitFleet([{ name: 'orders', schedule: '0,10 * * * *', duration: '20m' }])
    expect(told(fleet, { days: 1 })).toMatchObject([{ rule: 'self', first: '2026-01-01T00:10', times: 24 }])
  })

  test('when a session would wait longer for its turn than for its start', () => {
    const crowd = nightly(3, () => '0 3 * * *')
    expect(told(gitFleet(crowd, { limit: 1 }), { days: 7 })).toEqual([
      {
        rule: 'store',
        subject: 'store s3:s3.example.com/store',
        first: '2026-01-01T03:00',
        times: 7,
        parties: ['p1 2026-01-01 03:00', 'p2 2026-01-01 03:00'],
      },
    ])
    expect(told(gitFleet(crowd, { limit: 2 }))).toEqual([])
    expect(
      told(
        gitFleet(
          crowd.map(each => ({ ...each, startDeadline: '20m' })),
          { limit: 1 },
        ),
      ),
    ).toEqual([])
  })

  test('when a store has no pause for maintenance for more than a day', () => {
    const fleet = gitFleet(nightly(4, index => `${index * 15} * * * *`).map(each => ({ ...each, duration: '15m' })))
    expect(told(fleet, { days: 5 })).toMatchObject([{ rule: 'maintenance', first: '2026-01-02T00:15', times: 4 }])
  })

  test('when a node pool bears fewer, which only a limit says', () => {
    const crowd = nightly(3).map(each => ({ ...each, labels: { 'holdfast.dev/node-pool': 'blue' } }))
    expect(told(gitFleet(crowd))).toEqual([])
    expect(told(gitFleet(crowd), { limits: { perNodePool: { blue: 2 } }, days: 2 })).toMatchObject([
      { rule: 'nodePool', subject: 'node pool blue', times: 2, first: '2026-01-01T03:02' },
    ])
  })

  test('never for policies that are paused, and never between CronJobs of others', () => {
    const fleet = gitFleet([{ name: 'orders', schedule: '0 3 * * *', paused: true }], {
      cronJobs: [
        { name: 'a', schedule: '0 3 * * *', claim: 'orders' },
        { name: 'b', schedule: '0 3 * * *', claim: 'orders' },
      ],
    })
    expect(told(fleet)).toEqual([])
  })
})

describe('a collision in words', () => {
  test('has the minute, here and there, the parties with their files, and a remedy', () => {
    const fleet = gitFleet([
      { name: 'a', claim: 'orders', schedule: '0 3 * * *', timeZone: 'Europe/Berlin' },
      { name: 'b', claim: 'orders', schedule: '5 2 1 * *' },
    ])
    expect(collisionProblems(collisionsOf(fleet, { from })).map(formatProblem)).toEqual([
      'HF5203 BackupConfiguration shop/b: spec.schedule: claim shop/orders: two policies back up one claim at the same time; first at 2026-01-01T02:05Z (2026-01-01 02:05 UTC), 6 times a year, beside BackupConfiguration shop/a at 2026-01-01 03:00 Europe/Berlin (fleet.yaml:2:1); BackupConfiguration shop/a is reckoned with 10m. Give the claim one policy, or them times that are further apart (fleet.yaml:3:1)',
    ])
  })
})

describe('the week by hours', () => {
  test('counts the runs that begin on each store', () => {
    const fleet = gitFleet([
      { name: 'a', schedule: '0 3 * * *' },
      { name: 'b', schedule: '30 3 * * 4' },
      { name: 'c', schedule: '0 0 * * *', repository: 'other', timeZone: 'Europe/Berlin' },
    ])
    const [other, store] = runsPerHour(fleet, new Date('2026-01-01T15:00Z'))
    expect([other?.store, store?.store]).toEqual(['s3:s3.example.com/other', 's3:s3.example.com/store'])
    expect([store?.runs[3], store?.runs[27], other?.runs[23]]).toEqual([2, 1, 1])
    expect(store?.runs.reduce((sum, each) => sum + each, 0)).toBe(8)
  })
})

describe('a year of five thousand policies', () => {
  test('is seen through in seconds', () => {
    const zones = ['Etc/UTC', 'Europe/Berlin', 'America/New_York']
    const fleet = gitFleet(
      Array.from({ length: 5000 }, (_, index) => ({
        name: `p${index}`,
        schedule: index % 25 === 0 ? `${index % 60} 4 * * ${index % 7}` : `${index % 60} ${index % 24} * * *`,
        timeZone: zones[index % 3] ?? '',
        repository: `store-${index % 40}`,
      })),
      {
        cronJobs: Array.from({ length: 500 }, (_, index) => ({
          name: `j${index}`,
          schedule: '0 5 * * *',
          claim: `p${index}`,
        })),
      },
    )
    const began = process.cpuUsage().user
    const found = collisionsOf(fleet, { from })
    // In microseconds of the processor. It is about half a second.
    expect(process.cpuUsage().user - began).toBeLessThan(6_000_000)
    expect(new Set(found.map(({ rule }) => rule))).toEqual(new Set(['cronJob', 'store']))
  })
})
