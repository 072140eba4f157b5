import { describe, expect, test } from '@jest/globals'
import type { RepositoryStatus } from '../../../lib/api/repository.js'
import { isReason, reasons } from '../../../lib/reason.js'
import type { StepReport } from '../../../lib/report.js'
import { eventNotes, sentence } from '../../../runtime/controller/event-notes.js'
import type { EventNote } from '../../../runtime/controller/event-recorder.js'
import { decideRepository } from '../../../runtime/controller/repository/decide.js'
import type { SessionObserved } from '../../../runtime/controller/session/observed.js'
import { decide } from '../../../runtime/controller/session/reconciler.js'
import { at, backupSession, begun, configuration, job, now, observe, repository, settings } from './observation.js'
import { exited, pod, reported } from './pod-fixture.js'

const notes: Readonly<Record<keyof typeof eventNotes, EventNote>> = {
  waiting: eventNotes.waiting('BackupSession', 'TargetBusy', 'BackupSession a has the claim data'),
  attemptBegun: eventNotes.attemptBegun(2, 'data-1-2'),
  finishing: eventNotes.finishing('OutOfMemory', 'container pvc-backup-0 ended with exit code 137', 'data-1-1-finish'),
  retried: eventNotes.retried('BackendUnreachable', 1, 's3.test does not answer', '2026-11-22T12:01:00Z'),
  ended: eventNotes.ended('BackupSession', 'Failed', 'PathMissing', '/data/nowhere does not exist'),
  untold: eventNotes.untold('BackupSession', 'slack: answered 404'),
  unheard: eventNotes.unheard('healthchecks-start: answered 404'),
  maintaining: eventNotes.maintaining('store-maintain-1', 'retention, check'),
  unlocking: eventNotes.unlocking('store-unlock-1', 'store-maintain-1-x'),
  maintained: eventNotes.maintained('retention removed 3 snapshots'),
  maintenanceFailed: eventNotes.maintenanceFailed('CheckFailed', 'check found 1 errors'),
  caughtUp: eventNotes.caughtUp('data-202611220300'),
  cleaned: eventNotes.cleaned(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 5),
}

describe('every event of the controller', () => {
  test.each(Object.entries(notes))(
    '%s has a reason that is documented, and a message of whole sentences',
    (_name, note) => {
      expect(isReason(note.reason)).toBe(true)
      expect(note.reason).toMatch(/^([A-Z][a-z]+)+$/)
      expect(note.message).toMatch(/^[A-Z/‘`].*[.!?]$/)
      expect(note.message.length).toBeLessThan(400)
    },
  )

  test('reads like this in kubectl describe', () => {
    expect(Object.values(notes).map(({ type, reason, message }) => `${type} ${reason} ${message}`)).toMatchSnapshot()
  })

  test.each(Object.values(notes).filter(each => each.type === 'Warning'))(
    'that warns says what to do: $reason',
    note => {
      expect(note.message).toContain(isReason(note.reason) ? reasons[note.reason] : 'no reason')
    },
  )
})

test('a text that is a sentence stays one, and one without words is still its reason', () => {
  expect([sentence('no node takes it'), sentence(' It ends! '), sentence('a\n b…')]).toEqual([
    ...['No node takes it.', 'It ends!', 'A b…'],
  ])
  expect(eventNotes.maintenanceFailed('RetentionFailed', '').message).toContain(reasons.RetentionFailed)
})

describe('an event is written once', () => {
  test('for a session that goes on waiting for the same', () => {
    const waiting = (more: Partial<SessionObserved>) =>
      decide(observe({ claim: undefined, session: backupSession({}, { creationTimestamp: at(-5) }), ...more }))
    const first = waiting({})
    expect(first.events).toEqual([expect.objectContaining({ type: 'Normal', reason: 'TargetNotFound' })])
    const session = backupSession(first.status, { creationTimestamp: at(-5) })
    expect(waiting({ session }).events).toBeUndefined()
  })

  test('for each failed attempt, each with when the next one follows', () => {
    const failed = reported({
      step: 'update-status',
      outcome: 'Failed',
      reason: 'BackendUnreachable',
      message: 's3 is away',
    })
    const { events } = decide(
      observe({
        session: backupSession(begun()),
        configuration: configuration({ retryConfig: { maxRetry: 1, delay: '1m' } }),
        job: job(),
        pod: pod('Succeeded', [exited(0), failed]),
      }),
    )
    expect(events?.map(each => each.message)).toEqual([
      `Attempt 1 failed: s3 is away; attempt 2 follows at ${at(60)}. ${reasons.BackendUnreachable}`,
    ])
  })
})

describe('of a maintenance', () => {
  const maintain = (
    report: Partial<StepReport>,
    status: RepositoryStatus = { id: 'f'.repeat(64), lastBackupTime: at(-60) },
  ) =>
    decideRepository({
      now,
      settings,
      repository: repository({}, status),
      configurations: [],
      activeSessions: 0,
      otherMaintaining: false,
      job: job({}, ['Complete']),
      pod: pod('Succeeded', [reported({ step: 'maintain', outcome: 'Succeeded', ...report })]),
    })

  test('the event says what was done', () => {
    const maintenance = {
      forgotten: [{ host: 'h', path: '/', kept: 3, removed: 2 }],
      check: { ok: true },
      totalBytes: 2048,
    }
    expect(maintain({ maintenance }).events).toEqual([
      eventNotes.maintained('retention removed 2 snapshots, the check found no damage, 2 KiB are stored'),
    ])
  })

  test('a failure is said when it happens, and not a second time when the next try is due', () => {
    const failure = { outcome: 'Failed', reason: 'CheckFailed', message: 'check found 1 errors' } as const
    const { check, events, status } = maintain(failure)
    expect({ check, events }).toEqual({
      check: 'maintenanceFailed',
      events: [eventNotes.maintenanceFailed('CheckFailed', 'check found 1 errors')],
    })
    // The reconciler writes events only with a new status: the second look has none.
    expect(maintain(failure, status).status).toEqual(status)
  })
})
