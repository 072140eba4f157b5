import { describe, expect, test } from '@jest/globals'
import { App, Chart, Duration } from 'cdk8s'
import { Backend, Repository, Retention, Schedule, Tiers, tier } from '../../constructs/index.js'
import { retentionReach } from '../../lib/rules/retention-reach.js'
import { tierOf } from '../../lib/rules/tier-of.js'
import { expect as expectFleet, fleetFrom } from '../../testing/index.js'

const app = new App()
const chart = new Chart(app, 'shop', { namespace: 'shop' })
const backend = Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'b', secretName: 'keys' })
const repository = new Repository(chart, 'store', { backend })
const berlin = { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' } as const
Tiers.gold.backup(chart, 'gold', { claim: 'gold', repository })
Tiers.silver.backup(chart, 'silver', { claim: 'silver', repository, window: berlin })
Tiers.bronze.backup(chart, 'bronze', { claim: 'bronze', repository })
const fleet = fleetFrom(app)

describe('the ready tiers', () => {
  test.each([
    ['gold', '4h', 365],
    ['silver', '27h', 179],
    ['bronze', '192h', 88],
  ])('%s keeps what its table says: at most %s old, and %i days back', (name, age, days) => {
    expectFleet(fleet).toProtect(`shop/${name}`).within(age)
    const { schedule, spec, labels } = fleet.policy(`shop/${name}`)
    if (schedule === undefined) throw new Error('has no schedule')
    expect(retentionReach(spec.retentionPolicy, schedule)).toBeGreaterThanOrEqual(days * 86_400_000)
    expect(tierOf({ labels })).toBe(name)
  })

  test('silver runs once a day, in a window with changes of the clock too', () => {
    expect(fleet.policy('shop/silver').schedule?.expression).toMatch(/^\d+ \d+ \* \* \*$/)
  })
})

describe('a tier with an objective', () => {
  test('can be narrowed by a policy, but a schedule beside it does not compile', () => {
    const own = new Chart(new App(), 'x', { namespace: 'x' })
    Tiers.gold.backup(own, 'a', { claim: 'a', repository, rpo: Duration.hours(2) })
    // @ts-expect-error the objective decides when sessions run
    Tiers.gold.backup(own, 'b', { claim: 'b', repository, schedule: Schedule.hourly() })
    // @ts-expect-error in a tier that is made from it, too
    Tiers.gold.with('gold-at-night', { schedule: Schedule.hourly() })
    // @ts-expect-error and both in one tier
    tier('x', { rpo: Duration.hours(4), schedule: Schedule.hourly(), retention: Retention.keep({ last: 1 }) })
  })
})
