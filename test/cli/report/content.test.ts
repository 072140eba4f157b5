import { describe, expect, test } from '@jest/globals'
import { contentFrom, today } from '../../../bench/report/demo-content.js'
import { demoFleet } from '../../../bench/report/demo-fleet.js'
import { keptAges } from '../../../cli/report/page/kept-points.js'
import { retentionWords } from '../../../cli/report/retention-words.js'
import { rhythmOf } from '../../../cli/report/rhythm.js'
import { stepsOf } from '../../../cli/report/timeline.js'
import { simulateRetention } from '../../../lib/retention/simulate.js'
import { madeUpContent } from './made-up.js'

const demo = madeUpContent(60)

describe('the content of a report', () => {
  test('is the same whatever the order of the manifests', () => {
    const objects = demoFleet(20)
    const positions = /backups\.yaml:\d+:1/g
    const [one, other] = [contentFrom(objects), contentFrom([...objects].reverse())]
    expect(JSON.stringify(other).replace(positions, '')).toBe(JSON.stringify(one).replace(positions, ''))
  })

  test('has what many policies share only once', () => {
    const { policies, timelines, weeks, retentions } = madeUpContent(200)
    expect(policies.name.length).toBeGreaterThan(200)
    expect(timelines.length).toBeLessThan(110)
    expect(weeks.length).toBeLessThan(60)
    expect(new Set(retentions).size).toBe(retentions.length)
  })

  test('has every column as long as the others', () => {
    const { policies, claims } = demo
    expect(new Set(Object.values(policies).map(column => column.length)).size).toBe(1)
    expect(new Set(Object.values(claims).map(column => column.length)).size).toBe(1)
  })

  test('says of a claim whose policy is paused who would protect it', () => {
    const { claims, policies } = demo
    const paused = policies.paused.indexOf(1)
    const row = claims.policies.findIndex(own => own.includes(paused))
    expect(claims.status[row]).toBe(2)
  })

  test('costs nothing and keeps nothing of an empty fleet', () => {
    const content = contentFrom([])
    expect([content.policies.name, content.claims.name, content.timelines, content.problems]).toEqual([[], [], [], []])
  })

  test('estimates more storage the longer a policy keeps', () => {
    const stored = demo.timelines.map(({ growth }) => growth)
    for (const growth of stored) expect(growth.every(factor => factor >= 1)).toBe(true)
    expect(demo.policies.storage.every(cost => cost > 0)).toBe(true)
  })
})

describe('a timeline', () => {
  test('gives back the ages of the points it was made from', () => {
    const hour = 3_600_000
    const ages = [0, 24, 48, 72, 240, 408, 9000.5]
    const now = today.getTime()
    const steps = stepsOf(ages.map(age => now - age * hour))
    expect(keptAges({ steps, growth: [], ages: [] })).toEqual(ages)
  })

  test('is that of the policy itself though its runs are moved to full hours', () => {
    const retention = { keepHourly: 12, keepDaily: 7, keepWeekly: 5, keepMonthly: 6 }
    // Both end in the same hour of the same day.
    const from = new Date(today.getTime() + (24 * 60 - 5) * 60_000)
    const expressions = ['17 3 * * *', '42 * * * *', '5 4 * * 0', '30 1 1 * *']
    for (const expression of expressions) {
      const schedule = { expression, timeZone: 'UTC' }
      const [real, rhythm] = [schedule, rhythmOf(schedule)].map(each =>
        stepsOf(simulateRetention({ schedule: each, retention, from }, [400]).samples.at(-1)?.times ?? []),
      )
      expect(rhythm).toEqual(real)
    }
  })

  test('leaves schedules alone whose minutes matter', () => {
    const schedule = { expression: '*/5 * * * *', timeZone: 'Europe/Berlin' }
    expect(rhythmOf(schedule)).toEqual(schedule)
    expect(rhythmOf({ expression: '@daily', timeZone: 'UTC' }).expression).toBe('@daily')
  })
})

test('a retention policy is written as people say it', () => {
  expect(retentionWords({ name: 'usual', keepDaily: 7, keepWithinMonthly: '1y', keepTags: ['gold'] })).toBe(
    'daily 7 · within monthly 1y · tags gold',
  )
})
