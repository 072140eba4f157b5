import { describe, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import { Backend, Fleet, Repository, Retention, Schedule, VolumeBackup } from '../../constructs/index.js'
import { fleetRule } from '../../lib/rules/fleet-rule.js'
import { expect, fleetFrom } from '../../testing/index.js'
import { failureOf } from './failure.js'
import { claim, shop } from './shop.js'

const today = new Date('2026-11-22T00:00:00Z')

function app(prefix: string) {
  const made = new App()
  const chart = new Chart(made, 'shop', { namespace: 'shop' })
  const backend = Backend.s3({ endpoint: 'https://s3.example.com', bucket: 'b', prefix, secretName: 'keys' })
  new VolumeBackup(chart, 'orders', {
    ...{ claim: 'orders-data', repository: new Repository(chart, 'store', { backend }) },
    ...{ schedule: Schedule.daily({ at: '03:00' }), retention: Retention.keep({ daily: 7 }) },
  })
  return made
}

describe('toHaveNoProblems', () => {
  test('holds for an app whose claims are all protected', () => {
    expect(fleetFrom([app('a'), claim('shop', 'orders-data')])).toHaveNoProblems()
  })

  test('shows every problem as the command line does', () => {
    expect(failureOf(() => expect(shop()).toHaveNoProblems({ today }))).toMatchSnapshot()
  })

  test('shows what is wrong with policies that cannot be compiled', () => {
    const broken = app('a')
    const chart = new Chart(broken, 'blog', { namespace: 'blog' })
    new VolumeBackup(chart, 'posts', { claim: 'posts', timeOut: '2d' } as never)
    const message = failureOf(() => expect(fleetFrom(broken)).toHaveNoProblems({ partial: true }))
    expect(message).toContain('HF1002 blog/posts: spec.timeOut')
  })

  test('leaves the verdict to a Fleet construct, which knows exemptions and waivers', () => {
    const made = app('a')
    new VolumeBackup(made.node.findChild('shop') as Chart, 'gone', {
      ...{ claim: 'gone', repository: made.node.findChild('shop').node.findChild('store') as Repository },
      ...{ schedule: Schedule.daily({ at: '04:00' }), retention: Retention.keep({ daily: 7 }) },
    })
    new Fleet(made, 'fleet', {
      rules: [fleetRule({ code: 'SHOP-001', title: 'an objective', check: () => 'states none' })],
      waivers: [{ rule: 'SHOP-001', for: 'shop/*', reason: 'being migrated', until: '2026-12-31' }],
      ...{ today, partial: true },
    })
    expect(fleetFrom(made)).toHaveNoProblems()
    expect(fleetFrom(made)).not.toHaveNoProblems({ today })
  })
})

describe('toObeyRules', () => {
  const rule = fleetRule({
    code: 'SHOP-001',
    title: 'an objective',
    check: ({ objective }) => (objective === undefined ? 'states none' : undefined),
  })

  test('takes rules and waivers', () => {
    const waivers = [{ rule: 'SHOP-001', for: 'shop/*', reason: 'being migrated', until: '2026-12-31' }]
    expect(shop()).toObeyRules([rule], { waivers, today })
    expect(failureOf(() => expect(shop()).toObeyRules([rule]))).toMatchSnapshot()
  })
})

describe('toHaveNoCollisions', () => {
  const thumbnails = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { namespace: 'shop', name: 'thumbnails' },
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: {
        spec: {
          template: {
            spec: { volumes: [{ name: 'orders', persistentVolumeClaim: { claimName: 'orders-data' } }] },
          },
        },
      },
    },
  }

  test('holds until another CronJob works on the same claim at the same time', () => {
    expect(fleetFrom(app('a'))).toHaveNoCollisions({ from: today })
    const both = fleetFrom([app('a'), thumbnails])
    expect(failureOf(() => expect(both).toHaveNoCollisions({ from: today }))).toMatchSnapshot()
    expect(both).not.toHaveNoCollisions({ from: today, days: 7 })
  })
})

describe('toKeepLineageOf', () => {
  test('sees that snapshots go elsewhere', () => {
    expect(fleetFrom(app('a'))).toKeepLineageOf(fleetFrom(app('a')))
    expect(failureOf(() => expect(fleetFrom(app('b'))).toKeepLineageOf(fleetFrom(app('a'))))).toMatchSnapshot()
  })
})

describe('expect', () => {
  test('is Jest’s own for everything else', async () => {
    expect(1 + 1).toBe(2)
    expect({ a: 1 }).toEqual(expect.objectContaining({ a: expect.any(Number) }))
    await expect(Promise.resolve(1)).resolves.toBe(1)
    await expect(Promise.reject(new Error('no'))).rejects.toThrow('no')
    expect('text').toMatchInlineSnapshot(`"text"`)
    expect.assertions(5)
  })

  test('refuses to judge what is neither a fleet nor a policy, with .not too', () => {
    expect(() => expect('shop').toProtect('shop/orders')).toThrow('toProtect is about a fleet')
    expect(() => expect({ policies: 1 }).not.toProtect('shop/orders')).toThrow('got an object (Object)')
    expect(() => expect(shop()).toFireOn('2026-12-24')).toThrow('toFireOn is about a policy')
    expect(() => shop().policy('shop/order')).toThrow('the nearest policy is shop/orders (1 letter differs)')
  })
})
