import { describe, expect, test } from '@jest/globals'
import { coverageOf } from '../../../lib/coverage/coverage.js'
import { coverageNotes } from '../../../lib/coverage/coverage-notes.js'
import { coverageProblems } from '../../../lib/coverage/coverage-problems.js'
import { formatSummary, summaryOf } from '../../../lib/coverage/summary.js'
import type { Fleet } from '../../../lib/fleet/fleet.js'
import type { ManifestObject } from '../../../lib/fleet/manifest.js'
import { formatProblem } from '../../../lib/problem.js'
import { claim, fleet, policy, repository, statefulSet, trigger } from './fleet-objects.js'

const today = new Date('2026-11-22T12:00:00Z')
const complaints = (of: Fleet, options = {}) => coverageProblems(of, { today, ...options }).map(formatProblem)
const statuses = (of: Fleet) => coverageOf(of, { today }).map(each => `${each.claim.name}: ${each.status}`)
const scaler = (spec: object, kind = 'HorizontalPodAutoscaler', apiVersion = 'autoscaling/v2') => ({
  apiVersion,
  kind,
  metadata: { name: 'db', namespace: 'shop' },
  spec: { scaleTargetRef: { kind: 'StatefulSet', name: 'db' }, ...spec },
})

describe('what only looks like a protection', () => {
  test.each([
    ['all of it is excluded', { exclude: ['/holdfast-data/**'] }, 'excludes everything'],
    ['every file is excluded', { exclude: ['*'] }, 'excludes everything'],
    ['its folder is excluded by name', { exclude: ['holdfast-data'] }, 'excludes everything'],
    ['every file is excluded by an argument', { args: ['--iexclude=/'] }, 'excludes everything'],
  ])('is none when %s', (_, target, why) => {
    const of = fleet(claim('a'), repository(), policy('a', { target }))
    expect(statuses(of)).toEqual(['a: unprotected'])
    expect(complaints(of)).toEqual([expect.stringContaining(why)])
  })

  test('is none when the copy lies on the claim itself', () => {
    const store = repository('store', { local: { persistentVolumeClaim: { claimName: 'a' } } })
    const pod = {
      containers: [{ name: 'db', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'a' } }],
    }
    const app = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'db', namespace: 'shop' } }
    const of = fleet(claim('a'), store, policy('a'), { ...app, spec: { template: { spec: pod } } })
    expect(statuses(of)).toEqual(['a: unprotected'])
    expect(complaints(of)).toEqual([expect.stringContaining('stores the copy on the claim itself')])
  })

  test('is a part of one when it backs up folders, which is said', () => {
    const of = fleet(claim('a'), repository(), policy('a', { target: { paths: ['/holdfast-data/x'] } }), trigger('a'))
    const coverage = coverageOf(of, { today })
    expect(formatSummary(summaryOf(coverage, today))).toBe('1 of 1 claim protected (1 only in part)')
    expect(coverageNotes(of, coverage).map(formatProblem)).toEqual([
      expect.stringMatching(/^HF5109 .*shop\/a: only \/x of it is backed up, by BackupConfiguration shop\/a/),
    ])
  })

  test('is a problem when its Repository is nowhere in git, unless git is a part', () => {
    const of = fleet(claim('a'), policy('a'))
    expect(complaints(of)).toEqual([expect.stringMatching(/^HF5110 .*Repository shop\/store is nowhere in git/)])
    expect(complaints(of, { partial: true })).toEqual([])
  })

  test.each([
    ['is suspended', { suspend: true }, /^HF5111 .*CronJob shop\/a-trigger \(git\.yaml:4:1\) is suspended/],
    [
      'runs less often',
      { schedule: '0 3 * * 0' },
      /^HF5111 .*runs at ‘0 3 \* \* 0 UTC’, and the policy promises ‘0 3 \* \* \* UTC’/,
    ],
    ['runs by another clock', { timeZone: 'Asia/Tokyo' }, /^HF5111 .*runs at ‘0 3 \* \* \* Asia\/Tokyo’/],
  ])('is a problem when its CronJob %s', (_, spec, message) => {
    expect(complaints(fleet(claim('a'), repository(), policy('a'), trigger('a', spec)))).toEqual([
      expect.stringMatching(message),
    ])
  })

  test('is noted when no CronJob starts it in time', () => {
    const of = fleet(claim('a'), repository(), policy('a'))
    expect(coverageNotes(of, coverageOf(of, { today })).map(each => each.code)).toEqual(['HF5111'])
  })

  test('is no exemption when a claim of somebody’s own has the label of Holdfast', () => {
    const of = fleet(claim('a', {}, { 'app.kubernetes.io/managed-by': 'holdfast' }))
    expect(statuses(of)).toEqual(['a: unprotected'])
  })
})

describe('claims that are still to come', () => {
  test('are those of every replica that an autoscaler may add', () => {
    const names = (...objects: ManifestObject[]) => fleet(...objects).claims.map(({ name }) => name)
    expect(names(statefulSet('db', 1), scaler({ maxReplicas: 3 }))).toEqual(['data-db-0', 'data-db-1', 'data-db-2'])
    expect(names(statefulSet('db', 1), scaler({}, 'ScaledObject', 'keda.sh/v1alpha1'))).toHaveLength(100)
    expect(names(statefulSet('db', 2), scaler({ maxReplicas: 1e12 }))).toHaveLength(2)
  })

  test.each([
    ['more replicas than memory holds', { replicas: 4e9 }, /spec\.replicas is 4000000000; expected a whole number/],
    ['replicas that are no number', { replicas: '3' }, /spec\.replicas is "3"/],
    ['templates that are no list', { volumeClaimTemplates: {} }, /volumeClaimTemplates is not a list/],
    ['a template without a name', { volumeClaimTemplates: [{}] }, /has no name/],
  ])('are a problem with %s', (_, spec, message) => {
    const set = { ...statefulSet('db', 1), spec: { replicas: 1, ...spec } }
    expect(fleet(set).problems.map(formatProblem)).toEqual([expect.stringMatching(message)])
  })
})
