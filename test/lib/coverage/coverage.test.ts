import { describe, expect, test } from '@jest/globals'
import { labelsOf } from '../../../constructs/system-labels.js'
import { coverageOf } from '../../../lib/coverage/coverage.js'
import { coverageProblems } from '../../../lib/coverage/coverage-problems.js'
import { formatSummary, summaryOf } from '../../../lib/coverage/summary.js'
import type { Fleet } from '../../../lib/fleet/fleet.js'
import type { ManifestObject } from '../../../lib/fleet/manifest.js'
import { formatProblem } from '../../../lib/problem.js'
import { claim, fleet, policy, repository, statefulSet } from './fleet-objects.js'

const today = new Date('2026-11-22T12:00:00Z')
const complaints = (of: Fleet, options = {}) => coverageProblems(of, { today, ...options }).map(formatProblem)
const statuses = (of: Fleet) => coverageOf(of, { today }).map(each => `${each.claim.name}: ${each.status}`)

describe('the proof that each claim is protected', () => {
  test('holds when each has a policy that runs', () => {
    const whole = fleet(
      claim('a'),
      statefulSet('db', 2),
      repository(),
      policy('a'),
      policy('data-db-0'),
      policy('data-db-1'),
    )
    expect(whole.problems).toEqual([])
    expect(complaints(whole)).toEqual([])
    expect(statuses(whole)).toEqual(['a: protected', 'data-db-0: protected', 'data-db-1: protected'])
  })

  test('names a claim without policy, at its position, and says what to do', () => {
    expect(complaints(fleet(repository(), claim('cache')))).toEqual([
      "HF5101 PersistentVolumeClaim shop/cache: no policy backs it up. Add a policy with claim: 'cache' to its namespace, or say why there is none: the annotations holdfast.dev/exempt (a reason) and holdfast.dev/exempt-until (a last day) (git.yaml:2:1)",
    ])
  })

  test('does not count a paused policy, and says so', () => {
    const paused = fleet(claim('a'), repository(), policy('a', { spec: { paused: true } }))
    expect(statuses(paused)).toEqual(['a: unprotected'])
    expect(complaints(paused)).toEqual([
      expect.stringContaining('its policy BackupConfiguration shop/a (git.yaml:3:1) is paused, so nothing backs it up'),
    ])
  })

  test('asks for a policy of each replica, and names those that have one', () => {
    const partly = fleet(statefulSet('db', 3), repository(), policy('data-db-0'), policy('data-db-1'))
    expect(complaints(partly)).toEqual([
      expect.stringMatching(
        /HF5101 .*data-db-2.* although data-db-0, data-db-1 of StatefulSet shop\/db are: each replica/,
      ),
    ])
  })

  test('sees that a mistyped claim is meant, from both sides', () => {
    const mistyped = fleet(claim('orders-data'), repository(), policy('order-data', { name: 'orders' }))
    expect(complaints(mistyped)).toEqual([
      expect.stringMatching(
        /HF5101 .*shop\/orders \(git.yaml:3:1\) backs up ‘order-data’, which is nowhere in git: is this claim meant\?/,
      ),
      expect.stringMatching(/HF5104 .*did you mean ‘orders-data’ \(git.yaml:1:1\)\?.*\(git.yaml:3:1\)/),
    ])
  })

  test('finds a policy without claim: an ordinal too far, another namespace, or nothing near', () => {
    const elsewhere = { ...claim('far'), metadata: { name: 'far', namespace: 'blog' } }
    const of = fleet(
      statefulSet('db', 1),
      elsewhere,
      repository(),
      policy('data-db-0'),
      policy('data-db-1'),
      policy('far'),
      policy('x'),
    )
    const found = complaints(of).filter(each => each.startsWith('HF5104'))
    expect(found).toEqual([
      expect.stringMatching(
        /data-db-1 is nowhere in git: StatefulSet shop\/db \(git.yaml:1:1\) asks for only data-db-0/,
      ),
      expect.stringMatching(/shop\/far is nowhere in git; one of that name is in namespace blog \(git.yaml:2:1\)/),
      expect.stringMatching(/shop\/x is nowhere in git\. Add its manifest/),
    ])
    expect(complaints(of, { partial: true }).filter(each => each.startsWith('HF5104'))).toEqual([])
  })

  test('leaves out the claim of a repository and those of Holdfast itself', () => {
    const store = repository('store', { local: { persistentVolumeClaim: { claimName: 'store' } } })
    const own = claim('gateway', {}, labelsOf('pushgateway'))
    expect(complaints(fleet(store, claim('store'), own))).toEqual([])
    expect(coverageOf(fleet(store, claim('store'), own), { today }).map(each => each.exemption?.reason)).toEqual([
      'holds Repository shop/store',
      'is a part of Holdfast',
    ])
  })

  test('a Pushgateway’s claim that Helm has marked for its own is still a part of Holdfast', () => {
    const installed = { ...labelsOf('pushgateway'), 'app.kubernetes.io/managed-by': 'Helm' }
    expect(complaints(fleet(claim('gateway', {}, installed)))).toEqual([])
    const foreign = { ...installed, 'app.kubernetes.io/managed-by': 'somebody' }
    expect(complaints(fleet(claim('gateway', {}, foreign)))).toEqual([expect.stringContaining('shop/gateway')])
  })
})

describe('a claim that two policies protect', () => {
  const two = (first: object, second: object, ...more: ManifestObject[]) =>
    complaints(
      fleet(
        claim('a'),
        repository(),
        ...more,
        policy('a', { name: 'one', ...first }),
        policy('a', { name: 'two', ...second }),
      ),
    )

  test('is an error when both write the same into one store', () => {
    expect(two({}, { target: { alias: 'other' } })).toEqual([
      expect.stringMatching(
        /HF5105 BackupConfiguration shop\/two: .*claim shop\/a is backed up into .* by BackupConfiguration shop\/one/,
      ),
    ])
    expect(two({}, {})).toEqual([expect.stringMatching(/HF3001 BackupConfiguration shop\/two: .*host 'shop\/a'/)])
  })

  test('is an error when the parts overlap, whatever they are mounted as', () => {
    const inner = { volumeMounts: [{ mountPath: '/logs', subPath: 'var/log' }] }
    expect(two({}, { target: inner })).toEqual([expect.stringContaining('HF5105')])
    expect(two({ target: { exclude: ['/holdfast-data/var/log'] } }, { target: inner })).toEqual([])
  })

  test('is none with two stores, parts that do not overlap, or a paused second', () => {
    const part = (path: string) => ({ target: { paths: [`/holdfast-data/${path}`] } })
    expect(two({}, { store: 'far' }, repository('far'))).toEqual([])
    expect(two(part('a'), part('ab'))).toEqual([])
    expect(two({}, { target: { alias: 'x' }, spec: { paused: true } })).toEqual([])
  })

  test('counts two Repository objects of one store as one', () => {
    const same = repository('again', { s3: { endpoint: 's3.example.com', bucket: 'store' } })
    expect(two({}, { store: 'again', target: { alias: 'x' } }, same)).toEqual([expect.stringContaining('HF5105')])
  })
})

describe('a fleet in numbers', () => {
  test('says how many claims are protected, exempt, soon no longer exempt, and unprotected', () => {
    const annotations = { 'holdfast.dev/exempt': 'a cache', 'holdfast.dev/exempt-until': '2026-12-01' }
    const of = fleet(claim('a'), claim('b', annotations), claim('c'), repository(), policy('a'))
    const summary = summaryOf(coverageOf(of, { today }), today)
    expect(formatSummary(summary)).toBe('1 of 3 claims protected, 1 exempt (1 expires within 30 days), 1 unprotected')
  })

  test('5 000 policies and as many typing errors are judged in a second', () => {
    const many = Array.from({ length: 5000 }, (_, index) => [
      claim(`data-${index}-volume`),
      policy(`date-${index}-volume`),
    ])
    const of = fleet(repository(), ...many.flat())
    const started = performance.now()
    expect(coverageProblems(of, { today })).toHaveLength(10_000)
    expect(performance.now() - started).toBeLessThan(5000)
  }, 30_000)
})
