import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { changeKinds } from '../../../lib/diff/change.js'
import { changesBetween } from '../../../lib/diff/changes.js'
import type { ManifestObject } from '../../../lib/fleet/manifest.js'
import { changes, claim, fleet, jobTemplate, now, object, ours, policy, repository, s3, target } from './fleets.js'

const names = ['a', 'b', 'c', 'd'] as const
const policies = fc.record(
  {
    name: fc.constantFrom(...names),
    claim: fc.constantFrom(...names),
    schedule: fc.constantFrom('0 3 * * *', '0 * * * *', '0 3 * * 0', '0 9-17/2 * * 1-5', '0 3 29 2 *'),
    paused: fc.boolean(),
    keep: fc.constantFrom(
      { keepDaily: 7 },
      { keepLast: 3 },
      { keepWithin: '30d' },
      { keepMonthly: 3, keepTags: ['x'] },
    ),
    privileges: fc.constantFrom('restricted', 'read-any-file'),
    repository: fc.constantFrom('store', 'other', 'absent'),
    alias: fc.option(fc.constantFrom('one', 'two'), { nil: undefined }),
    exclude: fc.subarray(['*.tmp', '*', 'cache']),
    image: fc.constantFrom('x:1', 'x:2', 'y:1'),
  },
  { requiredKeys: ['name', 'claim', 'schedule', 'paused', 'keep', 'privileges', 'repository', 'exclude', 'image'] },
)

type Draft = typeof policies extends fc.Arbitrary<infer T> ? T : never

function policyFrom(draft: Draft): ManifestObject {
  const { schedule, paused, privileges, exclude } = draft
  return policy(
    {
      ...{ schedule, paused, privileges, retentionPolicy: draft.keep, repository: { name: draft.repository } },
      target: target({ exclude, ...(draft.alias === undefined ? {} : { alias: draft.alias }) }, draft.claim),
      jobTemplate: jobTemplate({ image: draft.image, functions: draft.image }),
    },
    { name: draft.name },
  )
}

const fleets = fc
  .record({
    policies: fc.uniqueArray(policies, { selector: ({ name }) => name, maxLength: 4 }),
    claims: fc.subarray([...names]),
    bucket: fc.constantFrom('one', 'two'),
    others: fc.subarray(['store', 'other']),
    verbs: fc.subarray(['get', 'list', '*']),
  })
  .map(({ policies: drafts, claims, bucket, others, verbs }) => [
    ...others.map(name => repository({ backend: s3({ bucket: `${bucket}-${name}` }) }, { name })),
    ...drafts.map(policyFrom),
    ...claims.map(name => claim(name)),
    object(
      'Role',
      'r',
      { namespace: 's', labels: ours, rules: [{ apiGroups: [''], resources: ['pods'], verbs }] },
      'rbac.authorization.k8s.io/v1',
    ),
  ])

describe('differences of any two fleets', () => {
  test('a fleet does not differ from itself, in whatever order its objects are read', () => {
    fc.assert(
      fc.property(fleets, objects => {
        expect(changes(objects, objects)).toEqual([])
        expect(changes(objects, [...objects].reverse())).toEqual([])
      }),
      { numRuns: 100 },
    )
  })

  test('what differs one way differs the other way, and every change can be read', () => {
    fc.assert(
      fc.property(fleets, fleets, (before, after) => {
        const [there, back] = [changes(before, after), changes(after, before)]
        expect(there.length > 0).toBe(back.length > 0)
        const counted = [
          'lineage-broken',
          'policy-renamed',
          'repository-reference-changed',
          'lineage-mixed',
          'identity-changed',
        ]
        for (const kind of counted) {
          expect([kind, there.filter(each => each.kind === kind).length]).toEqual([
            kind,
            back.filter(each => each.kind === kind).length,
          ])
        }
        for (const { kind, sentence, positions, subject } of there) {
          expect(Object.keys(changeKinds)).toContain(kind)
          expect(`${subject}: ${sentence}`).not.toMatch(/undefined|null|NaN|\[object|\.\.$/)
          expect(Object.keys(positions).length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 100 },
    )
  })

  test('fleets of 5 000 policies are compared object by object', () => {
    const many = (spec: object) =>
      fleet([
        repository(),
        ...Array.from({ length: 5000 }, (_, index) => [
          policy(
            { target: target({}, `c${index}`), schedule: `${index % 60} ${index % 24} * * *`, ...spec },
            { name: `p${index}` },
          ),
          claim(`c${index}`),
        ]).flat(),
      ])
    const all = changesBetween(many({}), many({ retentionPolicy: { keepDaily: 3 }, paused: true }), { now })
    expect(all.filter(({ kind }) => kind === 'retention-deletes')).toHaveLength(5000)
    expect(all.filter(({ kind }) => kind === 'protection-paused')).toHaveLength(5000)
    expect(all).toHaveLength(10_000)
  })
})
