import { describe, expect as jestExpect, test } from '@jest/globals'
import { expect } from '../../testing/index.js'
import { failureOf } from './failure.js'
import { shop } from './shop.js'

const fleet = shop()
const orders = fleet.policy('shop/orders')
const carts = fleet.policy('shop/carts')
const logs = fleet.policy('shop/logs')
const threeOfADay = [1, 2, 3].map(hour => ({ time: `2027-03-30T0${hour}:12:00Z` }))

describe('toFireOn', () => {
  test('knows the minute, the day, and the clock of the policy', () => {
    expect(orders).toFireOn('2026-12-24T02:00Z')
    expect(orders).toFireOn('2026-07-24T01:00Z')
    expect(orders).toFireOn(new Date('2026-12-24T03:00:00+01:00'))
    expect(orders).toFireOn('2026-12-24')
    expect(orders).not.toFireOn('2026-12-24T03:00Z')
    expect(logs).not.toFireOn('2026-12-24')
    jestExpect(carts).toFireOn('2026-12-24T05:12Z')
  })

  test.each([
    ['a minute at which nothing runs', () => expect(orders).toFireOn('2026-12-24T02:12Z')],
    ['a policy that is paused', () => expect(logs).toFireOn('2026-12-24')],
    ['a minute at which it does run', () => expect(carts).not.toFireOn('2026-12-24T05:12Z')],
  ])('the failure for %s names the nearest runs', (_, assertion) => {
    expect(failureOf(assertion)).toMatchSnapshot()
  })

  test('a time without a zone is refused, because it means another minute elsewhere', () => {
    expect(() => expect(orders).toFireOn('2026-12-24T02:00')).toThrow('text with its zone')
  })
})

describe('toKeep', () => {
  test('replays the schedule up to a date', () => {
    expect(orders).toKeep('2027-03-31T01:00Z').at('2027-12-31T12:00Z')
    expect(orders).toKeep(['2027-03-30T01:00Z', '2027-03-31T01:00Z']).at('2027-04-03T12:00Z')
    expect(orders).not.toKeep('2027-03-30T01:00Z', { at: '2027-12-31T12:00Z' })
    expect(orders).toKeep('2027-03-30T01:00Z')
  })

  test('judges snapshots of a repository as they are', () => {
    const snapshots = ['2027-03-30T01:00:04.123456789Z', '2027-03-31T01:00:02Z'].map(time => ({ time }))
    expect(orders).toKeep(snapshots).at('2027-04-01T00:00Z')
    const hourly = Array.from({ length: 24 }, (_, hour) => ({
      time: `2027-03-30T${String(hour).padStart(2, '0')}:12:00Z`,
    }))
    expect(carts).not.toKeep(hourly, { at: '2027-03-31T00:00Z' })
  })

  test('compares keep rules', () => {
    expect(orders).toKeep({ daily: 7, monthly: 6 })
    expect(orders).not.toKeep({ yearly: 1 })
  })

  test.each([
    ['a snapshot that is removed', () => expect(orders).toKeep('2027-03-30T01:00Z').at('2027-12-31T12:00Z')],
    ['a snapshot that is never taken', () => expect(orders).toKeep('2027-03-30T02:00Z').at('2027-03-31T12:00Z')],
    ['rules that keep less', () => expect(orders).toKeep({ daily: 14, yearly: 3, monthly: 12 })],
    ['snapshots of a repository', () => expect(carts).toKeep(threeOfADay).at('2027-04-01T00:00Z')],
  ])('the failure for %s says when it goes and what stays', (_, assertion) => {
    expect(failureOf(assertion)).toMatchSnapshot()
  })

  test('nothing to keep is an error, because it would prove nothing', () => {
    expect(() => expect(orders).toKeep([])).toThrow('proves nothing')
    expect(() => expect(orders).toKeep({})).toThrow('proves nothing')
  })
})

describe('toBeRestricted', () => {
  test('judges mover and trigger of one policy, or of all', () => {
    expect(orders).toBeRestricted()
    expect(logs).not.toBeRestricted()
    expect(failureOf(() => expect(fleet).toBeRestricted())).toMatchSnapshot()
  })
})

describe('toBeStoredIn', () => {
  test('takes a Repository, a store, and the beginning of a store', () => {
    expect(orders).toBeStoredIn('shop/store')
    expect(orders).toBeStoredIn('s3:https://s3.example.com/shop-backups')
    expect(orders).toBeStoredIn('s3:s3.example.com/shop-backups/volumes')
    expect(orders).not.toBeStoredIn('s3:s3.example.com/shop')
    expect(failureOf(() => expect(orders).toBeStoredIn('shop/stor'))).toMatchSnapshot()
  })
})
