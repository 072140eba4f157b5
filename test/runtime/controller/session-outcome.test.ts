import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { StepReport } from '../../../lib/report.js'
import type { SessionObserved } from '../../../runtime/controller/session/observed.js'
import { concluded } from '../../../runtime/controller/session/outcome.js'
import { decide } from '../../../runtime/controller/session/reconciler.js'
import { reasonOf } from './decision-row.js'
import { backupSession, begun, configuration, job, observe, repository, restoreSession } from './observation.js'
import { exited, pod, running } from './pod-fixture.js'

const id = 'a'.repeat(64)
const snapshot = { id, path: '', totalBytes: 5, uploadedBytes: 3, seconds: 2, files: { total: 4 } }
const report = (more: Partial<StepReport>): StepReport => ({
  holdfast: 1,
  step: 'update-status',
  outcome: 'Succeeded',
  ...more,
})
const backup = observe({ session: backupSession(begun()) })
const restore = observe({ session: restoreSession({}, begun()) })
const ended = (observed: SessionObserved, more: Partial<StepReport>) => concluded(observed, { report: report(more) })

const endings: [string, SessionObserved, Partial<StepReport>, string, string][] = [
  [
    'a confirmed snapshot is a success',
    backup,
    { confirmed: true, snapshots: [snapshot] },
    'Succeeded',
    'SnapshotConfirmed',
  ],
  ['a success without confirmation is none', backup, { snapshots: [snapshot] }, 'Failed', 'SnapshotNotConfirmed'],
  [
    'a confirmed backup without a snapshot is none',
    backup,
    { confirmed: true, snapshots: [] },
    'Failed',
    'SnapshotNotConfirmed',
  ],
  [
    'an accepted partial backup is one',
    backup,
    { outcome: 'Partial', confirmed: true, snapshots: [snapshot] },
    'PartiallySucceeded',
    'SourceUnreadable',
  ],
  [
    'a failure has the reason of the report',
    backup,
    { outcome: 'Failed', reason: 'WrongPassword' },
    'Failed',
    'WrongPassword',
  ],
  [
    'a failed hook after a good backup fails the session',
    backup,
    { outcome: 'Failed', reason: 'PostHookFailed', confirmed: true, snapshots: [snapshot] },
    'Failed',
    'PostHookFailed',
  ],
  [
    'a restore that was done succeeds',
    restore,
    { restored: [{ id, path: '/d', files: 2, bytes: 9 }] },
    'Succeeded',
    'RestoreCompleted',
  ],
  ['a restore into a full folder may be skipped', restore, { outcome: 'Skipped' }, 'Skipped', 'TargetNotEmpty'],
  [
    'a restore that failed is a failure',
    restore,
    { outcome: 'Failed', reason: 'RestoreIncomplete' },
    'Failed',
    'RestoreIncomplete',
  ],
]

describe('how a session ends', () => {
  test.each(endings)('%s', (_what, observed, more, phase, reason) => {
    const { status } = ended(observed, more)
    expect({ phase: status.phase, reason: reasonOf(status) }).toEqual({ phase, reason })
    expect(status.completionTime).toBeDefined()
  })

  test('the snapshots of a failed session stay recorded', () => {
    const { status } = ended(backup, {
      outcome: 'Failed',
      reason: 'PostHookFailed',
      confirmed: true,
      snapshots: [snapshot],
    })
    expect(status.targets?.[0]?.stats?.[0]?.snapshots).toEqual([
      {
        name: 'aaaaaaaa',
        id,
        path: '/holdfast-data',
        totalBytes: 5,
        uploadedBytes: 3,
        processingTime: '2s',
        fileStats: { totalFiles: 4 },
      },
    ])
  })

  test('paths that a packed report left out come from the policy, in its order', () => {
    const paths = ['/holdfast-data/a', '/holdfast-data/b']
    const target = { ...configuration().spec.target, paths }
    const two = observe({ session: backupSession(begun()), configuration: configuration({ target }) })
    const { status } = ended(two, { confirmed: true, snapshots: [snapshot, { ...snapshot, id: 'b'.repeat(64) }] })
    expect(status.targets?.[0]?.stats?.[0]?.snapshots?.map(each => each.path)).toEqual(paths)
  })

  test('only a stored backup makes the repository’s last backup', () => {
    const learned = (observed: SessionObserved, more: Partial<StepReport>) => ended(observed, more).learned?.stored
    expect(learned(backup, { confirmed: true, snapshots: [snapshot] })).toBe(true)
    expect(learned(backup, { outcome: 'Failed' })).toBe(false)
    expect(learned(restore, {})).toBe(false)
  })

  test('the controller pushes metrics only when no step could', () => {
    expect(concluded(backup, { failure: { reason: 'Evicted', message: 'gone' } }).push).toBe(true)
    expect(ended(backup, { outcome: 'Failed', metrics: { pushed: true } }).push).not.toBe(true)
  })

  test('an error is one line, for the status holds no control characters', () => {
    const { status } = ended(backup, { outcome: 'Failed', message: 'one\n\ttwo' })
    expect(status.targets?.[0]?.stats?.[0]?.error).toBe('one two')
  })

  test('hooks, metrics and disruptions are conditions of their own', () => {
    const { status } = concluded(backup, {
      report: report({
        outcome: 'Failed',
        preHook: { ran: true, ok: true },
        postHook: { ran: true, ok: false },
        metrics: { pushed: false, message: 'no route' },
      }),
      failure: { reason: 'OutOfMemory', message: 'killed' },
    })
    const known = Object.fromEntries(
      (status.conditions ?? []).map(each => [each.type, `${each.status} ${each.reason}`]),
    )
    expect(known).toMatchObject({
      PreBackupHookExecutionSucceeded: 'True HookSucceeded',
      PostBackupHookExecutionSucceeded: 'False PostHookFailed',
      MetricsPushed: 'False MetricsNotPushed',
      BackupDisrupted: 'True OutOfMemory',
      Stalled: 'True OutOfMemory',
    })
  })
})

/** Anything that can be seen of a session’s surroundings. */
const surroundings: fc.Arbitrary<Partial<SessionObserved>> = fc.record(
  {
    configuration: fc.constantFrom(
      undefined,
      configuration(),
      configuration({ paused: true, retryConfig: { maxRetry: 9 } }),
    ),
    repository: fc.constantFrom(
      undefined,
      repository(),
      repository({}, {}),
      repository({}, undefined, { namespace: 'vault' }),
    ),
    job: fc.constantFrom(undefined, job(), job({}, ['Failed']), job({}, ['Complete']), job({ ownerReferences: [] })),
    pod: fc.constantFrom(
      undefined,
      pod('Running', [running]),
      pod('Failed', [exited(1)]),
      pod('Succeeded', [exited(0)]),
    ),
    finishJob: fc.constantFrom(undefined, job({ name: 'finish' }), job({ name: 'finish' }, ['Failed'])),
    finishPod: fc.constantFrom(undefined, pod('Running', [running]), pod('Failed', [exited(1)])),
    claim: fc.constantFrom(undefined, observe().claim),
    claimUser: fc.constantFrom(undefined, 'RestoreSession back'),
    rival: fc.constantFrom(undefined, 'shop/other'),
    siblings: fc.constantFrom(
      [],
      [backupSession(begun(), { uid: 'other' })],
      [backupSession({}, { uid: 'other', name: 'z' })],
    ),
    store: fc.record({ active: fc.constant([]), olderWaiting: fc.nat(9), maintaining: fc.boolean() }),
    now: fc.date({ min: new Date('2026-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }),
  },
  { requiredKeys: [] },
)
const statuses = fc.constantFrom(
  {},
  begun(),
  begun({ jobUID: undefined }),
  begun({ finishJobName: 'finish' }),
  begun({ nextRetry: '2026-11-22T12:00:01Z' }),
)

describe('a decision', () => {
  test('is the same for the same observation', () => {
    fc.assert(
      fc.property(surroundings, statuses, fc.boolean(), (seen, status, isBackup) => {
        const session = isBackup ? backupSession(status) : restoreSession({}, status)
        const observed = observe({ ...seen, session })
        expect(decide(observed)).toEqual(decide(structuredClone(observed)))
      }),
    )
  })

  test('never changes what it was made from', () => {
    fc.assert(
      fc.property(surroundings, statuses, (seen, status) => {
        const observed = observe({ ...seen, session: backupSession(status) })
        const before = structuredClone(observed)
        decide(observed)
        expect(observed).toEqual(before)
      }),
    )
  })

  test('never leaves a final phase, whatever is seen afterwards, and starts nothing any more', () => {
    const phases = fc.constantFrom(
      'Succeeded' as const,
      'PartiallySucceeded' as const,
      'Failed' as const,
      'Skipped' as const,
    )
    fc.assert(
      fc.property(surroundings, statuses, phases, fc.boolean(), (seen, status, phase, isBackup) => {
        const final = { ...status, phase }
        const session = isBackup ? backupSession(final) : restoreSession({}, final)
        const decision = decide(observe({ ...seen, session }))
        expect(decision.status).toEqual(final)
        expect(decision.effect?.do ?? 'delete-job').toMatch(/^delete-/)
      }),
    )
  })

  test('gives every session that has not ended a phase, a condition and a time to look again', () => {
    fc.assert(
      fc.property(surroundings, seen => {
        const { status, check } = decide(observe({ ...seen, session: backupSession() }))
        expect(status.phase).toBeDefined()
        expect(reasonOf(status)).toBeDefined()
        expect(check).not.toBe('nothing')
      }),
    )
  })
})
