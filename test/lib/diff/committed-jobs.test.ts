import { describe, expect, test } from '@jest/globals'
import { inputHash } from '../../../lib/input-hash.js'
import type { AnySubject } from '../../../lib/variables.js'
import { changes, jobTemplate, object, ofKind, policy, replaced, repository, shop } from './fleets.js'

/** A policy whose committed Job was made from `made`, while its spec says `says`. */
const committed = (made: Record<string, unknown>, says = made) => {
  const subject = { spec: policy(made)['spec'], repository: { spec: repository()['spec'] } } as unknown as AnySubject
  return replaced(shop(), [policy({ ...says, jobTemplate: jobTemplate({ input: inputHash(subject) }) })])
}

describe('committed Jobs and what comes with them', () => {
  test('a policy that was changed without its Job would have its sessions refused', () => {
    const all = changes(committed({}), committed({}, { partialPolicy: 'Accept' }))
    expect(ofKind(all, 'template-stale')).toMatchObject({ severity: 'danger', subject: 'policy shop/orders' })
    const together = changes(committed({}), committed({ partialPolicy: 'Accept' }))
    expect(together.map(({ kind }) => kind)).toEqual(['source-policy-loosened'])
    const back = changes(committed({ partialPolicy: 'Accept' }), committed({}))
    expect(back.map(({ kind }) => kind)).toEqual(['source-policy-tightened'])
  })

  test('a schedule may change without a new Job', () => {
    const all = changes(committed({}), committed({}, { schedule: '0 4 * * *' }))
    expect(all.map(({ kind }) => kind)).toEqual(['schedule-changed'])
  })

  test('new Repositories, steps and sessions are notices', () => {
    const step = object('Function', 'dump', { spec: { image: '${HOLDFAST_IMAGE}' } })
    const session = object('BackupSession', 'now', { namespace: 'shop', spec: { invoker: { name: 'orders' } } })
    const all = changes([], [repository(), step, session])
    expect(all.map(({ severity, kind, subject }) => `${severity} ${kind} ${subject}`)).toEqual([
      'notice step-added function dump',
      'notice repository-added repository shop/store',
      'notice backup-starts session shop/now',
    ])
  })
})
