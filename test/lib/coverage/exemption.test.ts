import { describe, expect, test } from '@jest/globals'
import { coverageOf } from '../../../lib/coverage/coverage.js'
import { type CoverageProblemOptions, coverageProblems } from '../../../lib/coverage/coverage-problems.js'
import type { ClaimExemption } from '../../../lib/coverage/exemption.js'
import type { Fleet } from '../../../lib/fleet/fleet.js'
import { formatProblem } from '../../../lib/problem.js'
import { claim, fleet, policy, repository, statefulSet } from './fleet-objects.js'

const today = new Date('2026-11-22T23:59:59Z')
const exempt = (reason: unknown, until: unknown) =>
  ({ 'holdfast.dev/exempt': reason, 'holdfast.dev/exempt-until': until }) as Record<string, string>
const good = exempt('a cache', '2027-06-30')

function complaints(of: Fleet, options: Partial<CoverageProblemOptions> = {}): string[] {
  return coverageProblems(of, { today, ...options }).map(formatProblem)
}

describe('an exemption by annotations', () => {
  test('holds to the end of its last day', () => {
    const until = (day: string) => fleet(claim('a', exempt('a cache', day)))
    expect(complaints(until('2026-11-22'))).toEqual([])
    expect(coverageOf(until('2026-11-22'), { today })).toMatchObject([
      { status: 'exempt', exemption: { reason: 'a cache', until: '2026-11-22' } },
    ])
    expect(complaints(until('2026-11-21'))).toEqual([
      "HF5103 PersistentVolumeClaim shop/a: metadata.annotations['holdfast.dev/exempt-until']: ended on 2026-11-21, yesterday (‘a cache’); add a policy for the claim, or decide again and set a new last day (git.yaml:1:1)",
    ])
  })

  test.each([
    ['without a reason', exempt(undefined, '2027-06-30'), /exempt'\]: is missing; expected a sentence/],
    ['with an empty reason', exempt(' ', '2027-06-30'), /exempt'\]: is " "; expected a sentence/],
    ['with a reason that nobody can see', exempt('\u200b\u00a0', '2027-06-30'), /expected a sentence/],
    ['with a reason that says nothing', exempt('-', '2027-06-30'), /exempt'\]: is "-"; expected a sentence/],
    ['with a reason that is a boolean', exempt(true, '2027-06-30'), /exempt'\]: is true; expected a sentence/],
    [
      'without an end',
      exempt('a cache', undefined),
      /exempt-until'\]: is missing; expected a last day, such as 2027-02-20/,
    ],
    ['with an end that is no date', exempt('a cache', 'soon'), /exempt-until'\]: is "soon"; expected a date/],
    ['with a day that does not exist', exempt('a cache', '2027-02-30'), /is "2027-02-30"; expected a date/],
  ])('%s is one error and no exemption', (_, annotations, message) => {
    expect(complaints(fleet(claim('a', annotations)))).toEqual([expect.stringMatching(message)])
    expect(coverageOf(fleet(claim('a', annotations)), { today })).toMatchObject([{ status: 'unprotected' }])
  })

  test('of a claim that is protected exempts nothing', () => {
    expect(complaints(fleet(claim('a', good), repository(), policy('a')))).toEqual([
      expect.stringMatching(/HF5107 .*exempts a claim that BackupConfiguration shop\/a \(git.yaml:3:1\) backs up/),
    ])
  })

  test('of a claim template is judged once, and may leave one replica to a policy', () => {
    const partly = fleet(statefulSet('db', 3, good), repository(), policy('data-db-0'))
    expect(complaints(partly)).toEqual([])
    expect(coverageOf(partly, { today }).map(({ status }) => status)).toEqual(['protected', 'exempt', 'exempt'])
    expect(complaints(fleet(statefulSet('db', 3, exempt('x', undefined))))).toEqual([
      expect.stringMatching(/^HF5102 StatefulSet shop\/db: /),
    ])
  })
})

describe('an exemption of the list', () => {
  const entry = (of: string, more: Partial<ClaimExemption> = {}): ClaimExemption => ({
    claim: of,
    reason: 'a cache',
    until: '2027-06-30',
    position: 'exemptions.yaml:1:3',
    ...more,
  })
  const listed = (of: Fleet, ...exemptions: readonly ClaimExemption[]) => complaints(of, { exemptions })

  test('is about one claim, or about those that a pattern matches', () => {
    const of = fleet(claim('cache-1'), claim('cache-2'), claim('data'), repository(), policy('data'))
    expect(listed(of, entry('shop/cache-1'), entry('shop/cache-2'))).toEqual([])
    expect(listed(of, entry('shop/cache-*'))).toEqual([])
    expect(listed(of, entry('shop/*'))).toEqual([])
    expect(listed(of, entry('*/cache-1'), entry('s*p/*-2'))).toEqual([])
  })

  test('that is about no claim names the one that was meant', () => {
    expect(listed(fleet(claim('cache', good)), entry('shop/cahce'), entry('shop/x-*'))).toEqual([
      'HF5107 exemption shop/cahce: claim: no claim matches ‘shop/cahce’; did you mean ‘shop/cache’? (exemptions.yaml:1:3)',
      expect.stringContaining('no claim matches ‘shop/x-*’; expected namespace/name'),
    ])
  })

  test('that is about protected claims only exempts nothing', () => {
    const of = fleet(claim('a'), claim('b'), repository(), policy('a'), policy('b'))
    expect(listed(of, entry('shop/a'), entry('shop/*'))).toEqual([
      expect.stringContaining('exempts a claim that BackupConfiguration shop/a'),
      expect.stringContaining('matches 2 claims, and policies back up all of them'),
    ])
  })

  test('is refused when its fields are not what they should be, also by a program without types', () => {
    const untyped = [
      { claim: 7 },
      { claim: 'shop' },
      entry('*/*'),
      entry('shop/a', { reason: '' }),
      entry('shop/b', { until: '2020-01-01' }),
    ]
    expect(listed(fleet(claim('a'), claim('b')), ...(untyped as ClaimExemption[]))).toEqual([
      expect.stringContaining('HF1002 exemption 7: claim: is 7; expected namespace/name'),
      expect.stringContaining('HF1002 exemption shop: claim: is "shop"; expected namespace/name'),
      expect.stringContaining('HF1002 exemption */*: claim: is "*/*"; expected namespace/name'),
      expect.stringContaining('HF5102 exemption shop/a: reason: is empty'),
      expect.stringContaining('HF5103 exemption shop/b: until: ended on 2020-01-01, 2517 days ago'),
    ])
  })
})
