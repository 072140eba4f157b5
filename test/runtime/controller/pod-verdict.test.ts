import { describe, expect, test } from '@jest/globals'
import type { JobObject, PodObject } from '../../../runtime/controller/objects.js'
import { isFinished, verdictOf } from '../../../runtime/controller/session/pod-verdict.js'
import { job } from './observation.js'
import { exited, failedJob, pod, reported, running, waiting } from './pod-fixture.js'

const ours = reported({ step: 'pvc-backup', outcome: 'Succeeded' })
const done = reported({ step: 'update-status', outcome: 'Succeeded' })
const lostMessage = 'The container could not be located when the pod was terminated'
const disruption = (reason: string) => ({ conditions: [{ type: 'DisruptionTarget', reason, message: 'why' }] })

/** What is seen, the state, the reason, and how many reports were read. */
const endings: [string, JobObject | undefined, PodObject | undefined, string | undefined, number, boolean][] = [
  ['every container ended well', job(), pod('Succeeded', [ours, done]), undefined, 2, true],
  [
    'the pod ran into its own deadline: finished steps keep their message',
    failedJob('BackoffLimitExceeded'),
    pod('Failed', [ours, exited(143)], { reason: 'DeadlineExceeded' }),
    'DeadlineExceeded',
    1,
    true,
  ],
  [
    'the Job ran into its deadline and its pod was deleted',
    failedJob('DeadlineExceeded'),
    undefined,
    'DeadlineExceeded',
    0,
    true,
  ],
  ['the pod was evicted and is gone', failedJob('PodFailurePolicy'), undefined, 'Evicted', 0, true],
  [
    'the pod was evicted and was last seen with its report',
    failedJob('PodFailurePolicy'),
    pod('Failed', [ours, exited(143)], disruption('EvictionByEvictionAPI')),
    'Evicted',
    1,
    true,
  ],
  ['the kubelet evicted the pod', job(), pod('Failed', [ours, exited(137)], { reason: 'Evicted' }), 'Evicted', 1, true],
  [
    'the node is gone',
    job(),
    pod('Failed', [ours, running], disruption('DeletionByTaintManager')),
    'NodeLost',
    1,
    true,
  ],
  ['the node does not answer', job(), pod('Failed', [ours, running], { reason: 'NodeLost' }), 'NodeLost', 1, true],
  [
    'an init container ran out of memory: later containers never ran',
    job(),
    pod('Failed', [exited(137, 'OOMKilled'), waiting()]),
    'OutOfMemory',
    0,
    true,
  ],
  [
    'a container that never started carries the kubelet’s words, which are no report',
    job(),
    pod('Failed', [exited(137, 'ContainerStatusUnknown', lostMessage), waiting()]),
    'NodeLost',
    0,
    true,
  ],
  [
    'a step failed with a report',
    job(),
    pod('Failed', [reported({ step: 'pvc-backup', outcome: 'Failed' }, 1), waiting()]),
    'StepFailed',
    1,
    true,
  ],
  [
    'a step failed in words of its own',
    job(),
    pod('Failed', [exited(3, 'Error', 'boom'), waiting()]),
    'StepFailed',
    0,
    true,
  ],
  [
    'the pod is being deleted and everything in it has ended',
    job(),
    pod('Running', [ours, done], { leaving: true }),
    'PodDeleted',
    2,
    true,
  ],
  [
    'the pod was deleted before anything ran',
    job(),
    pod('Pending', [waiting(), waiting()], { leaving: true }),
    'PodDeleted',
    0,
    false,
  ],
  [
    'the kubelet rejected the pod',
    job(),
    pod('Failed', [], { reason: 'UnexpectedAdmissionError' }),
    'JobRejected',
    0,
    false,
  ],
  ['the Job is complete and its pod is gone', job({}, ['Complete']), undefined, 'PodDeleted', 0, true],
]

describe('a pod that is over', () => {
  test.each(endings)('%s', (_what, seen, mover, reason, reports, started) => {
    const verdict = verdictOf(seen, mover)
    if (verdict.state !== 'ended') throw new Error(`the verdict is ${verdict.state}`)
    expect({ reason: verdict.failure?.reason, reports: verdict.reports.length, started: verdict.started }).toEqual({
      reason,
      reports,
      started,
    })
  })

  test('says in Kubernetes’ words what happened', () => {
    const verdict = verdictOf(job(), pod('Failed', [exited(3, 'Error', 'boom'), waiting()]))
    expect(verdict.state === 'ended' && verdict.failure?.message).toBe(
      'container step-0 ended with exit code 3 (Error): boom',
    )
  })

  test('never quotes a report of ours as words', () => {
    const verdict = verdictOf(job(), pod('Failed', [reported({ step: 'pvc-backup', outcome: 'Failed' }, 1)]))
    expect(verdict.state === 'ended' && verdict.failure?.message).not.toContain('{')
  })
})

const starts: [string, PodObject | undefined, string | undefined][] = [
  ['there is no pod yet', undefined, 'JobRejected'],
  [
    'no node takes it',
    pod('Pending', [], { conditions: [{ type: 'PodScheduled', status: 'False' }] }),
    'Unschedulable',
  ],
  ['its image is missing and may not be pulled', pod('Pending', [waiting('ErrImageNeverPull')]), 'ImageNotPulled'],
  ['its image cannot be pulled', pod('Pending', [waiting('ImagePullBackOff', 'denied')]), 'ImageNotPulled'],
  ['its image has no name', pod('Pending', [waiting('InvalidImageName')]), 'ImageNotPulled'],
  ['a ConfigMap is missing', pod('Pending', [waiting('CreateContainerConfigError')]), 'ContainerConfigInvalid'],
  ['its program is missing', pod('Pending', [waiting('RunContainerError')]), 'ContainerConfigInvalid'],
  ['a volume is being attached', pod('Pending', [waiting()]), 'PodNotStarted'],
  ['the image of a later step cannot be pulled', pod('Pending', [ours, waiting('ErrImagePull')]), 'ImageNotPulled'],
  ['a step runs', pod('Pending', [running, waiting()]), undefined],
  ['a step has ended and the next begins', pod('Pending', [ours, waiting()]), undefined],
  ['it is deleted while a step still runs', pod('Running', [running], { leaving: true }), undefined],
]

describe('a pod that is not over', () => {
  test.each(starts)('%s', (_what, mover, reason) => {
    const verdict = verdictOf(job(), mover)
    expect(verdict.state === 'starting' ? verdict.waiting.reason : verdict.state).toBe(reason ?? 'running')
  })
})

test('a Job is finished when its controller says so, not when it counts', () => {
  expect(['Complete', 'Failed'].map(type => isFinished(job({}, [type])))).toEqual([true, true])
  expect(['SuccessCriteriaMet', 'FailureTarget', 'Suspended'].map(type => isFinished(job({}, [type])))).toEqual([
    false,
    false,
    false,
  ])
})
