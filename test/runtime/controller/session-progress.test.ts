import { describe, expect, test } from '@jest/globals'
import type { SessionObserved } from '../../../runtime/controller/session/observed.js'
import { decide } from '../../../runtime/controller/session/reconciler.js'
import { type DecisionRow, expectDecision, reasonOf } from './decision-row.js'
import { at, backupSession, begun, configuration, job, now, observe, restoreSession } from './observation.js'
import { exited, failedJob, pod, reported, running, waiting } from './pod-fixture.js'

const id = 'a'.repeat(64)
const snapshot = { id, path: '/holdfast-data', totalBytes: 1, uploadedBytes: 1, seconds: 1, files: {} }
const good = reported({ step: 'update-status', outcome: 'Succeeded', confirmed: true, snapshots: [snapshot] })
const session = backupSession(begun())
const unseen = backupSession(begun({ jobUID: undefined }))
const finishing = (more = {}) => backupSession(begun({ finishJobName: 'job-1-finish', ...more }))
const finishJob = job({ name: 'job-1-finish', uid: 'finish-uid' })
const stale = {
  ok: false,
  reason: 'TemplateStale',
  problems: [{ code: 'HF4003', object: 'o', path: 'p', message: 'm' }],
} as const
const past = begun({ sessionDeadline: at(-10) })

/** Its first container ended so many seconds from now; no other has started. */
const between = (seconds: number) =>
  pod('Pending', [{ terminated: { exitCode: 0, reason: 'Completed', finishedAt: at(seconds) } }, waiting()], {
    conditions: [{ type: 'PodReadyToStartContainers', status: 'False', message: 'pod sandbox is not ready' }],
  })

const rows: DecisionRow[] = [
  {
    says: 'a Job that was named and never made is made, under the same name',
    seen: { session: unseen },
    check: 'running',
    phase: 'Running',
    effect: 'create-job',
  },
  {
    says: 'a Job that was named and never made is not made from a template that no longer fits',
    seen: { session: unseen, template: stale },
    check: 'running',
    phase: 'Failed',
    reason: 'TemplateStale',
  },
  {
    says: 'a Job that appears is taken note of',
    seen: { session: unseen, job: job() },
    check: 'running',
    phase: 'Running',
  },
  {
    says: 'a Job of somebody else under this name fails the session',
    seen: { session: unseen, job: job({ ownerReferences: [] }) },
    check: 'running',
    phase: 'Failed',
    reason: 'JobRejected',
  },
  {
    says: 'a Job that was deleted has a finish Job look what was stored',
    seen: { session },
    check: 'running',
    phase: 'Running',
    reason: 'JobDeleted',
    effect: 'create-job',
  },
  {
    says: 'a pod that outlives its deleted Job is waited for: it may still store something',
    seen: { session, pod: pod('Running', [running]) },
    check: 'running',
    phase: 'Running',
  },
  {
    says: 'a pod that is long gone with its deleted Job, without a word, is waited for no longer',
    seen: { session, pod: { ...pod('Running', [running]), metadata: { name: 'job-1-x', deletionTimestamp: at(-60) } } },
    check: 'running',
    phase: 'Running',
    reason: 'JobDeleted',
    effect: 'create-job',
  },
  {
    says: 'what the pod of a deleted Job reported at its end still counts',
    seen: { session, pod: pod('Succeeded', [good], { leaving: true }) },
    check: 'running',
    phase: 'Succeeded',
    reason: 'SnapshotConfirmed',
  },
  {
    says: 'a Job that runs is waited for',
    seen: { session, job: job(), pod: pod('Running', [running]) },
    check: 'running',
    phase: 'Running',
    reason: 'Running',
  },
  {
    says: 'a pod that does not start yet is waited for, with the reason',
    seen: { session, job: job(), pod: pod('Pending', [waiting('ErrImagePull')]) },
    check: 'running',
    phase: 'Running',
    reason: 'ImageNotPulled',
  },
  {
    says: 'a pod that does not start within startDeadline fails the session: nothing can have been stored',
    seen: { session, job: job({ creationTimestamp: at(-700) }), pod: pod('Pending', [waiting('ErrImagePull')]) },
    check: 'running',
    phase: 'Failed',
    reason: 'ImageNotPulled',
  },
  {
    says: 'a pod between two containers is waited for',
    seen: { session, job: job(), pod: between(-20) },
    check: 'running',
    phase: 'Running',
    reason: 'Running',
  },
  {
    says: 'a pod that lost its sandbox between two containers, and stands still since, has a finish Job take its place',
    seen: { session, job: job(), pod: between(-700) },
    check: 'running',
    phase: 'Running',
    reason: 'PodNotStarted',
    effect: 'create-job',
  },
  {
    says: 'a pod that runs past the deadline is given time to end by itself',
    seen: { session: backupSession(past), job: job(), pod: pod('Running', [running]) },
    check: 'running',
    phase: 'Running',
    reason: 'Running',
  },
  {
    says: 'a pod that does not end has a finish Job take its place',
    seen: { session: backupSession(begun({ sessionDeadline: at(-100) })), job: job(), pod: pod('Running', [running]) },
    check: 'running',
    reason: 'DeadlineExceeded',
    effect: 'create-job',
  },
  {
    says: 'a pod that ended with the last step’s report ends the session',
    seen: { session, job: job(), pod: pod('Succeeded', [good]) },
    check: 'running',
    phase: 'Succeeded',
    reason: 'SnapshotConfirmed',
  },
  {
    says: 'a pod that was evicted before its last step has a finish Job look what was stored',
    seen: { session, job: failedJob('PodFailurePolicy') },
    check: 'running',
    phase: 'Running',
    reason: 'Evicted',
    effect: 'create-job',
  },
  {
    says: 'a last step that was interrupted has told nothing: a finish Job does',
    seen: {
      session,
      job: job(),
      pod: pod('Failed', [reported({ step: 'update-status', outcome: 'Interrupted' }, 143)]),
    },
    check: 'running',
    phase: 'Running',
    effect: 'create-job',
  },
  {
    says: 'a Task without a last report is no success',
    seen: { session, job: job({}, ['Complete']), pod: pod('Succeeded', [exited(0)]) },
    check: 'running',
    phase: 'Running',
    reason: 'StepFailed',
    effect: 'create-job',
  },
  {
    says: 'a finish Job that was named and never made is made',
    seen: { session: finishing() },
    check: 'finishing',
    effect: 'create-job',
  },
  {
    says: 'a finish Job that runs is waited for',
    seen: { session: finishing(), finishJob, finishPod: pod('Running', [running]) },
    check: 'finishing',
    phase: 'Running',
  },
  {
    says: 'a finish Job that finds the snapshot saves the session',
    seen: {
      session: finishing(),
      finishJob,
      finishPod: pod('Succeeded', [
        reported({ step: 'finish', outcome: 'Succeeded', confirmed: true, snapshots: [snapshot] }),
      ]),
    },
    check: 'finishing',
    phase: 'Succeeded',
    reason: 'SnapshotConfirmed',
  },
  {
    says: 'a finish Job that fails leaves the cause that was known',
    seen: {
      session: finishing({
        conditions: [
          {
            type: 'Reconciling',
            status: 'True',
            lastTransitionTime: at(-60),
            reason: 'Evicted',
            message: 'gone; Job f finds out what was stored',
          },
        ],
      }),
      finishJob,
      finishPod: pod('Failed', [exited(1)]),
    },
    check: 'finishing',
    phase: 'Failed',
    reason: 'Evicted',
  },
  {
    says: 'a finish Job that cannot start ends the session all the same',
    seen: {
      session: finishing(),
      finishJob: { ...finishJob, metadata: { ...finishJob.metadata, creationTimestamp: at(-121) } },
    },
    check: 'finishing',
    phase: 'Failed',
  },
  {
    says: 'a restore whose Job was deleted has a finish Job too',
    seen: { session: restoreSession({}, begun()) },
    check: 'running',
    phase: 'Running',
    reason: 'JobDeleted',
    effect: 'create-job',
  },
]

describe('the Job of an attempt', () => {
  test.each(rows)('$says', row => expectDecision(row))

  test('keeps the uid it was first seen with', () => {
    const { status } = decide(observe({ session: unseen, job: job() }))
    expect(status.jobUID).toBe('job-uid')
  })

  test('that finished before it was taken note of is judged at the next look', () => {
    const seen: Partial<SessionObserved> = { job: job({}, ['Complete']), pod: pod('Succeeded', [good]) }
    const first = decide(observe({ ...seen, session: unseen }))
    expect(first.status.phase).toBe('Running')
    expect(reasonOf(decide(observe({ ...seen, session: backupSession(first.status) })).status)).toBe(
      'SnapshotConfirmed',
    )
  })

  test('that fails is followed by the next attempt after the delay, and never after the deadline', () => {
    const seen = {
      job: job({}, ['Failed']),
      pod: pod('Failed', [reported({ step: 'update-status', outcome: 'Failed' }, 1)]),
    }
    const retrying = configuration({ retryConfig: { maxRetry: 1, delay: '5m' } })
    const retried = decide(observe({ ...seen, session, configuration: retrying }))
    expect(retried.status).toMatchObject({ phase: 'Running', nextRetry: at(300) })
    expect(reasonOf(retried.status)).toBe('RetryScheduled')
    const last = backupSession(begun({ attempt: 2 }))
    expect(decide(observe({ ...seen, session: last, configuration: retrying })).status.phase).toBe('Failed')
    const late = backupSession(begun({ sessionDeadline: at(200) }))
    expect(decide(observe({ ...seen, session: late, configuration: retrying })).status.phase).toBe('Failed')
  })

  test('of a restore is never tried twice', () => {
    const seen = {
      job: job({}, ['Failed']),
      pod: pod('Failed', [reported({ step: 'update-status', outcome: 'Failed' }, 1)]),
    }
    expect(decide(observe({ ...seen, session: restoreSession({}, begun()) })).status.phase).toBe('Failed')
  })

  test('is looked at again in time, whatever is waited for', () => {
    for (const { seen } of rows) {
      const decision = decide(observe(seen))
      const over = decision.status.completionTime !== undefined
      if (!over) expect((decision.requeueAt ?? now).getTime()).toBeGreaterThanOrEqual(now.getTime())
    }
  })
})
