import { describe, expect, test } from '@jest/globals'
import { changes, changesWith, claim, ofKind, policy, repository, shop, target, told } from './fleets.js'

const stay =
  'The snapshots in s3:s3.example.com/backups/volumes under demo/shop/orders-data stay, and nothing removes them any more.'
const exempt = (until?: string) =>
  claim('orders-data', {
    annotations: {
      'holdfast.dev/exempt': 'a cache',
      ...(until === undefined ? {} : { 'holdfast.dev/exempt-until': until }),
    },
  })

describe('which volumes are protected', () => {
  test('a removed policy leaves its volume unprotected, and the snapshots where they are', () => {
    expect(told(changes(shop(), [repository(), claim()]))).toEqual([
      `danger protection-lost claim shop/orders-data: The volume is no longer backed up: policy shop/orders is gone. ${stay}`,
    ])
  })

  test('a volume that is nowhere in git may still be there', () => {
    const [only] = changes([repository(), policy()], [repository()])
    expect(only).toMatchObject({ severity: 'danger', kind: 'protection-lost' })
    expect(only?.sentence).toContain('Git does not say whether the volume itself is still there.')
  })

  test('a volume that goes with its policy is no loss of protection', () => {
    expect(told(changes(shop(), [repository()]))).toEqual([
      `warning protection-ended claim shop/orders-data: The volume is gone from git, and so is its backup: policy shop/orders is gone. ${stay}`,
    ])
  })

  test('a paused policy protects nothing, and a resumed one does again', () => {
    const paused = [repository(), policy({ paused: true }), claim()]
    expect(told(changes(shop(), paused))).toEqual([
      'danger protection-paused policy shop/orders: Claim shop/orders-data is no longer backed up: its policy is paused.',
    ])
    expect(told(changes(paused, shop()))).toEqual([
      'notice protection-gained policy shop/orders: Claim shop/orders-data is backed up again: its policy is no longer paused.',
    ])
  })

  test('a policy that turns to another volume leaves the first unprotected', () => {
    const both = [...shop(), claim('other')]
    const after = [repository(), policy({ target: target({}, 'other') }), claim(), claim('other')]
    const all = changes(both, after)
    expect(ofKind(all, 'protection-lost').sentence).toContain('policy shop/orders now backs up shop/other.')
    expect(ofKind(all, 'protection-gained').subject).toBe('claim shop/other')
    expect(ofKind(all, 'lineage-broken').severity).toBe('danger')
  })

  test('a volume that loses its policy and gains an exemption says why', () => {
    const all = told(changes(shop(), [repository(), exempt('2027-06-30')]))
    expect(all).toEqual([
      'warning exemption-added claim shop/orders-data: The volume is now exempt from backup until 2027-06-30, because: a cache.',
      `warning protection-exempt claim shop/orders-data: The volume is no longer backed up: policy shop/orders is gone. It is exempt until 2027-06-30: a cache. ${stay}`,
    ])
  })

  test('an exemption that is over excuses nothing', () => {
    expect(ofKind(changes(shop(), [repository(), exempt('2020-01-01')]), 'protection-lost').severity).toBe('danger')
    expect(changes([], [exempt('2020-01-01')]).map(({ kind }) => kind)).toContain('claim-unprotected')
  })

  test('an exemption that is stretched or dropped is told', () => {
    const [before, longer] = [[exempt('2027-01-01')], [exempt('2029-01-01')]]
    expect(ofKind(changes(before, longer), 'exemption-changed').details).toContainEqual({
      field: 'until',
      before: '2027-01-01',
      after: '2029-01-01',
    })
    expect(changes(before, [claim()]).map(({ kind }) => kind)).toEqual(['exemption-removed'])
  })

  test('a new policy protects its volume', () => {
    expect(told(changes([repository(), claim()], shop()))).toEqual([
      'notice protection-gained claim shop/orders-data: The volume is now backed up, by policy shop/orders.',
    ])
  })

  test('a new volume without a policy is noticed', () => {
    expect(ofKind(changesWith(claim('uploads')), 'claim-unprotected').subject).toBe('claim shop/uploads')
  })

  test('a volume that goes while its policy stays will make sessions fail', () => {
    expect(ofKind(changes(shop(), [repository(), policy()]), 'claim-removed').severity).toBe('warning')
  })

  test('a volume that goes without ever having been backed up is a warning, unless it is exempt', () => {
    expect(told(changes([claim()], []))).toEqual([
      'warning claim-removed claim shop/orders-data: The volume is gone from git, and nothing backed it up: what a sync that prunes deletes is lost.',
    ])
    expect(changes([exempt('2027-06-30')], [])[0]?.severity).toBe('notice')
  })

  test('a second policy that comes or goes changes no protection', () => {
    const second = policy({ target: target({ alias: 'again' }) }, { name: 'again' })
    expect(told(changesWith(second))).toEqual([
      'notice policy-added policy shop/again: The policy is new; claim shop/orders-data was backed up before too, by policy shop/orders.',
    ])
    expect(told(changes([...shop(), second], shop()))).toEqual([
      'warning policy-removed policy shop/again: The policy is gone; claim shop/orders-data is still backed up, by policy shop/orders.',
    ])
  })

  test('a renamed policy with the same snapshots keeps its history', () => {
    const all = changes(shop(), [repository(), policy({}, { name: 'orders-daily' }), claim()])
    expect(told(all)).toEqual([
      'notice policy-renamed policy shop/orders-daily: The policy was shop/orders. Its snapshots keep their identity, so the history goes on.',
    ])
  })

  test('a policy that could not be read before cannot be compared', () => {
    const broken = { ...policy(), spec: { schedule: 7 } }
    expect(changes([repository(), claim(), broken], shop()).map(({ kind }) => kind)).toEqual([
      'not-comparable',
      'protection-gained',
    ])
    expect(ofKind(changes(shop(), [repository(), claim(), broken]), 'not-comparable').severity).toBe('danger')
  })
})
