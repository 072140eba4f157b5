import { expect, test } from '@jest/globals'
import { DepartedPods } from '../../../runtime/controller/departed-pods.js'
import { verdictOf } from '../../../runtime/controller/session/pod-verdict.js'
import { job } from './observation.js'
import { pod, reported } from './pod-fixture.js'

const last = reported({ step: 'update-status', outcome: 'Succeeded' })
const of = (name: string, namespace = 'shop') => {
  const seen = pod('Running', [last])
  const metadata = { ...seen.metadata, namespace, labels: { 'batch.kubernetes.io/job-name': name } }
  return { ...seen, metadata }
}

test('the last words of a pod that is gone can still be read', () => {
  const departed = new DepartedPods()
  departed.remember(of('job-1'))
  const verdict = verdictOf(job(), departed.of('shop', 'job-1'))
  expect(verdict.state === 'ended' && verdict.reports.map(each => each.step)).toEqual(['update-status'])
})

test('a pod is remembered by its Job and namespace', () => {
  const departed = new DepartedPods()
  departed.remember(of('job-1'))
  expect(departed.of('bank', 'job-1')).toBeUndefined()
  expect(departed.of('shop', 'job-2')).toBeUndefined()
})

test('only so many are remembered, the newest', () => {
  const departed = new DepartedPods(2)
  for (const name of ['a', 'b', 'a', 'c']) departed.remember(of(name))
  expect(['a', 'b', 'c'].map(name => departed.of('shop', name) !== undefined)).toEqual([true, false, true])
})
