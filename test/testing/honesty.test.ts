import { describe, expect as jestExpect, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import { Backend, Fleet, Repository, Retention, Schedule, VolumeBackup } from '../../constructs/index.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { fleetRule } from '../../lib/rules/fleet-rule.js'
import { parseSchedule } from '../../lib/schedule.js'
import { expect, fleetFrom } from '../../testing/index.js'
import { failureOf } from './failure.js'
import { claim, shop } from './shop.js'

const rule = fleetRule({ code: 'SHOP-001', title: 'anything', check: () => undefined })
const unreadable: ManifestObject = {
  apiVersion: 'holdfast.dev/v1alpha1',
  kind: 'BackupConfiguration',
  metadata: { namespace: 'shop', name: 'half-written' },
  spec: { schedule: 'at night' },
}

/** The shop after somebody changed its manifests by hand. */
function shopWith(change: (object: ManifestObject) => readonly ManifestObject[]) {
  return fleetFrom(shop().manifests.flatMap(({ object }) => change(object)))
}
const isTrigger = ({ kind, metadata }: ManifestObject) => kind === 'CronJob' && metadata.name === 'orders-trigger'
const withSpec = (object: ManifestObject, spec: object): ManifestObject => ({
  ...object,
  spec: { ...(object['spec'] as object), ...spec },
})

describe('a statement about all of a fleet', () => {
  const statements: [string, (fleet: ReturnType<typeof shop>) => void][] = [
    ['toBeRestricted', fleet => expect(fleet).toBeRestricted()],
    ['toHaveNoCollisions', fleet => expect(fleet).toHaveNoCollisions({ days: 1 })],
    ['toObeyRules', fleet => expect(fleet).toObeyRules([rule])],
    ['toKeepLineageOf', fleet => expect(fleet).toKeepLineageOf(shop())],
    ['toKeepLineageOf', fleet => expect(shop()).toKeepLineageOf(fleet)],
    ['toBeRestricted', fleet => expect(fleet).not.toBeRestricted()],
  ]

  test.each(statements)('%s is an error where there is no policy at all', (matcher, state) => {
    jestExpect(() => state(fleetFrom([claim('shop', 'data')]))).toThrow(`${matcher} proves nothing about a fleet`)
  })

  test.each(statements)('%s is an error where a policy cannot be read', (matcher, state) => {
    const fleet = fleetFrom([...shop().manifests.map(({ object }) => object), unreadable])
    jestExpect(() => state(fleet)).toThrow(
      new RegExp(`${matcher} proves nothing about what cannot be read[\\s\\S]*half-written`),
    )
  })

  test('needs a rule to obey', () => {
    jestExpect(() => expect(shop()).toObeyRules([])).toThrow('proves nothing')
  })

  test('is not left to a Fleet construct that did not see all of it', () => {
    const app = new App()
    const chart = new Chart(app, 'shop', { namespace: 'shop' })
    const backend = Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'b', secretName: 'keys' })
    new VolumeBackup(chart, 'orders', {
      ...{ claim: 'orders-data', repository: new Repository(chart, 'store', { backend }) },
      ...{ schedule: Schedule.daily({ at: '03:00' }), retention: Retention.keep({ daily: 7 }) },
    })
    new Fleet(app, 'fleet', { partial: true })
    expect(fleetFrom([app])).toHaveNoProblems()
    const more = fleetFrom([app, claim('shop', 'forgotten')])
    jestExpect(failureOf(() => expect(more).toHaveNoProblems())).toContain('shop/forgotten')
  })
})

describe('toFireOn', () => {
  test.each([
    ['is suspended', (object: ManifestObject) => [withSpec(object, { suspend: true })], 'is suspended'],
    ['runs at another time', (object: ManifestObject) => [withSpec(object, { schedule: '0 4 * * *' })], '0 4 * * *'],
    ['is absent', () => [], 'git has no CronJob'],
  ])('does not hold where the CronJob %s', (_, change, reason) => {
    const orders = shopWith(object => (isTrigger(object) ? change(object) : [object])).policy('shop/orders')
    jestExpect(failureOf(() => expect(orders).toFireOn('2026-12-24'))).toContain(reason)
    expect(shopWith(object => [object]).policy('shop/orders')).toFireOn('2026-12-24')
  })

  test.each(['2026-02-30', '2026-13-01', '2026-02-30T03:00Z'])('refuses %s, which is no day, with .not too', when => {
    jestExpect(() => expect(shop().policy('shop/orders')).not.toFireOn(when)).toThrow('is no date')
  })
})

describe('a day', () => {
  test('is that of the schedule’s own clock, and no other one', () => {
    const orders = shop().policy('shop/orders')
    const parsed = parseSchedule('30 0 * * 1', 'Europe/Berlin')
    if (!parsed.ok) throw new Error(parsed.message)
    const mondays = { ...orders, schedule: parsed.schedule }
    expect(mondays).toFireOn('2026-12-21')
    for (const other of ['2026-12-20', '2026-12-22']) expect(mondays).not.toFireOn(other)
  })
})

describe('toKeep', () => {
  const orders = shop().policy('shop/orders')
  const keeping = (retentionPolicy: object, args: readonly string[] = []) => {
    const { spec } = orders
    const target = { ...spec.target, args: [...args] }
    return { ...orders, spec: { ...spec, target, retentionPolicy: retentionPolicy as typeof spec.retentionPolicy } }
  }

  test('knows that a snapshot with a kept tag stays', () => {
    const tagged = keeping({ keepLast: 1, keepTags: ['legal'] }, ['--tag=legal'])
    expect(tagged).toKeep('2027-03-30T01:00Z').at('2027-12-31T12:00Z')
    expect(keeping({ keepLast: 1, keepTags: ['legal'] })).not.toKeep('2027-03-30T01:00Z', { at: '2027-12-31T12:00Z' })
  })

  test('takes a month for as short as February when days are asked', () => {
    expect(keeping({ keepWithin: '1m' })).toKeep({ within: '28d' })
    expect(keeping({ keepWithin: '1m' })).not.toKeep({ within: '29d' })
    expect(keeping({ keepWithin: '1m' })).toKeep({ within: '1m' })
    expect(keeping({ keepWithin: '30d' })).not.toKeep({ within: '1m' })
    expect(keeping({ keepWithin: '1y' })).toKeep({ within: '12m' })
    expect(keeping({ keepDaily: 7 })).toKeep({ daily: 7 })
    expect(keeping({ keepDaily: 7 })).not.toKeep({ daily: 8 })
    expect(keeping({ keepWithin: '2y' })).toKeep({ within: '1y6m' })
  })

  test('refuses a date before the snapshot, with .not too', () => {
    const at = '2027-03-29T00:00Z'
    jestExpect(() => expect(orders).not.toKeep('2027-03-30T01:00Z', { at })).toThrow('proves nothing')
    jestExpect(() => expect(orders).toKeep([{ time: '2027-03-30T01:00:00Z' }], { at })).toThrow('proves nothing')
  })
})

describe('toKeepLineageOf', () => {
  test('does not hold for a policy that is gone', () => {
    const without = shopWith(object => (object.metadata.name.startsWith('carts') ? [] : [object]))
    jestExpect(failureOf(() => expect(without).toKeepLineageOf(shop()))).toContain('shop/carts: it is no longer there')
    expect(shop()).toKeepLineageOf(without)
  })
})

describe('toBeRestricted', () => {
  test('does not hold for a pod that git does not show', () => {
    const { jobTemplate: _, ...unresolved } = shop().policy('shop/orders')
    const orders = { ...unresolved, jobTemplate: undefined }
    jestExpect(failureOf(() => expect(orders).toBeRestricted())).toContain('resolved by the controller')
  })
})

describe('toBeStoredIn', () => {
  test('proves nothing of an empty place, nor of a Repository that git does not have', () => {
    const orders = shop().policy('shop/orders')
    for (const place of ['', '/']) jestExpect(() => expect(orders).not.toBeStoredIn(place)).toThrow('proves nothing')
    const unknown = shopWith(object => (object.kind === 'Repository' ? [] : [object])).policy('shop/orders')
    expect(unknown).toBeStoredIn('shop/store')
    expect(unknown).not.toBeStoredIn('shop')
  })
})

describe('expect', () => {
  test('counts a chained statement as one assertion', () => {
    expect.assertions(2)
    expect(shop()).toProtect('shop/orders-data').within('29h')
    expect(shop().policy('shop/orders')).toKeep('2027-03-31T01:00Z').at('2027-12-31T12:00Z')
  })

  test('takes a promise of a fleet, as Jest does', async () => {
    await expect(Promise.resolve(shop())).resolves.toProtect('shop/orders-data')
    await expect(Promise.resolve(shop())).resolves.not.toProtect('shop/orders-data', { within: '1h' })
    const failing = expect(Promise.resolve(shop())).resolves.toProtect('shop/orders-data', { within: '1h' })
    await jestExpect(failing).rejects.toThrow('28h5m old')
  })
})
