import { describe, test } from '@jest/globals'
import { Duration } from 'cdk8s'
import { expect, fleetFrom } from 'holdfast/testing'
import { backups } from '../platform/backups.js'

const fleet = fleetFrom(backups())

describe('the fleet', () => {
  test('has no unprotected volume, no broken rule, no waiver that is over', () => {
    expect(fleet).toHaveNoProblems()
  })

  test('has no runs that meet, not even with the applications’ own CronJobs', () => {
    expect(fleet).toHaveNoCollisions()
  })

  test('runs everywhere that Pod Security is restricted', () => {
    expect(fleet).toBeRestricted()
  })
})

describe('the shop', () => {
  test('never loses more than four hours of orders', () => {
    expect(fleet).toProtect('shop/data-orders-0').within(Duration.hours(4))
  })

  test('can restore the orders of the last day of last year’s every month', () => {
    expect(fleet.policy('shop/orders')).toKeep({ monthly: 13 })
  })

  test('does not pay for a backup of its search index', () => {
    expect(fleet).not.toProtect('shop/search-index')
  })
})

describe('the blog', () => {
  const uploads = fleet.policy('blog/uploads')

  test('is backed up on Christmas Eve too, but not while thumbnails are made', () => {
    expect(uploads).toFireOn('2026-12-24')
    expect(uploads).not.toFireOn('2026-12-24T05:30Z')
  })

  test('stores outside the cluster, beside nobody else’s data', () => {
    expect(uploads).toBeStoredIn('s3:s3.eu-central-1.example.com/company-backups/blog')
  })
})
