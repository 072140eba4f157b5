import { describe, expect as jestExpect, test } from '@jest/globals'
import { Duration } from 'cdk8s'
import { expect } from '../../testing/index.js'
import { failureOf } from './failure.js'
import { shop } from './shop.js'

const fleet = shop()

describe('toProtect', () => {
  test('holds for a claim with a policy that runs, and within what its times add up to', () => {
    expect(fleet).toProtect('shop/orders-data')
    expect(fleet).toProtect({ namespace: 'shop', name: 'carts-data' })
    expect(fleet).toProtect('shop/carts-data').within(Duration.hours(2))
    expect(fleet).toProtect('shop/orders-data').within('29h')
    jestExpect(fleet).toProtect('shop/carts-data', { within: '2h' })
  })

  test('not holds for a claim that is unprotected, paused or too old', () => {
    expect(fleet).not.toProtect('shop/search-index')
    expect(fleet).not.toProtect('shop/logs-data')
    expect(fleet).not.toProtect('shop/orders-data', { within: Duration.hours(4) })
  })

  test.each([
    ['a claim with a typo', () => expect(fleet).toProtect('shop/orders-date')],
    ['a claim without a policy', () => expect(fleet).toProtect('shop/search-index')],
    ['a paused policy', () => expect(fleet).toProtect('shop/logs-data')],
    ['a policy that runs too rarely', () => expect(fleet).toProtect('shop/orders-data').within(Duration.hours(4))],
    ['a claim that is protected after all', () => expect(fleet).not.toProtect('shop/orders-data')],
  ])('the failure for %s shows what comes nearest', (_, assertion) => {
    expect(failureOf(assertion)).toMatchSnapshot()
  })

  test('a length of time that cannot be read is an error, not a verdict', () => {
    expect(() => expect(fleet).toProtect('shop/orders-data').within('1d')).toThrow('write 24h')
  })
})
