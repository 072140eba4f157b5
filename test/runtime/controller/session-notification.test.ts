import { describe, expect, test } from '@jest/globals'
import type { Notification } from '../../../lib/api/notification.js'
import { findCondition } from '../../../lib/conditions.js'
import { hookProblems } from '../../../lib/notification/hook-problems.js'
import type { SessionSummary } from '../../../lib/notification/summary.js'
import type { Container } from '../../../lib/pod.js'
import { formatProblem } from '../../../lib/problem.js'
import { sessionsToDelete } from '../../../runtime/controller/configuration/sessions.js'
import { eventNotes } from '../../../runtime/controller/event-notes.js'
import { backupFacts } from '../../../runtime/controller/remembered.js'
import type { SessionObserved } from '../../../runtime/controller/session/observed.js'
import { decide } from '../../../runtime/controller/session/reconciler.js'
import type { SessionStatus } from '../../../runtime/controller/session/session-status.js'
import { at, backupSession, begun, configuration, job, now, observe, scheduled } from './observation.js'
import { exited, pod, reported, running } from './pod-fixture.js'

interface JobSpec {
  readonly template: { readonly spec: { readonly containers: readonly Container[]; readonly volumes?: unknown } }
}

const urlFrom = { secretKeyRef: { name: 'chat', key: 'url' } }
const all: Notification['on'] = ['Succeeded', 'PartiallySucceeded', 'Failed', 'Skipped']
const policy = (on: Notification['on'] = all, more: Partial<ReturnType<typeof configuration>['spec']> = {}) =>
  configuration({ hooks: { notifications: [{ name: 'chat', on, httpPost: { urlFrom } }] }, ...more })
const told = (status: SessionStatus | undefined) => findCondition(status?.conditions, 'NotificationsSent')

const id = 'a'.repeat(64)
const snapshot = { id, path: '/holdfast-data', totalBytes: 7, uploadedBytes: 3, seconds: 1, files: { total: 2 } }
const good = reported({ step: 'update-status', outcome: 'Succeeded', confirmed: true, snapshots: [snapshot] })
const over = (configuration = policy()) =>
  observe({ session: backupSession(begun()), configuration, job: job(), pod: pod('Succeeded', [exited(0), good]) })

/** The session as the decision about `observed` leaves it. */
function endedSession(observed: SessionObserved = over()) {
  return backupSession(decide(observed).status)
}
const notifyJob = (metadata = {}, conditions: string[] = []) =>
  job({ name: 'data-notify', uid: 'n', ...metadata }, conditions)

describe('a session that ends', () => {
  test('remembers that somebody wants to be told, and a Job of its own tells them', () => {
    const session = endedSession()
    expect(told(session.status)).toMatchObject({ status: 'Unknown', reason: 'NotificationsPending' })
    const { check, effect, status } = decide(observe({ session, configuration: policy() }))
    expect({ check, status }).toEqual({ check: 'notifying', status: session.status })
    const made = effect?.do === 'create-job' ? effect.job : undefined
    expect(made?.metadata).toMatchObject({
      name: expect.stringMatching(/^data-202611221159-[0-9a-f]{8}-notify$/),
      labels: { 'holdfast.dev/job': 'notify', 'holdfast.dev/session': 'data-202611221159' },
      ownerReferences: [{ uid: 'session-uid' }],
    })
    const {
      template: { spec },
    } = (made?.['spec'] ?? {}) as JobSpec
    const [container] = spec.containers
    const secret = { name: 'chat', items: [{ key: 'url', path: '0' }], optional: true }
    expect(spec.volumes).toEqual([
      { name: 'holdfast-requests-notify', projected: { sources: [{ secret }], defaultMode: 0o444 } },
    ])
    expect(container?.volumeMounts?.map(each => each.name)).toEqual(['holdfast-requests-notify'])
    expect((container?.env ?? []).filter(each => each.valueFrom !== undefined)).toEqual([])
    const flag = container?.args?.find(each => each.startsWith('--session='))?.slice('--session='.length) ?? ''
    expect(JSON.parse(flag.replaceAll('$$', '$')) as SessionSummary).toMatchObject({
      ...{ phase: 'Succeeded', reason: 'SnapshotConfirmed', session: 'data-202611221159', configuration: 'data' },
      ...{ target: 'data', repository: 'shop/store', bytesAdded: 3, bytesProcessed: 7, files: { total: 2 } },
      ...{ snapshots: [id], attempt: 1, durationSeconds: 60 },
    })
  })

  test('says nothing of it when nobody asked for this end', () => {
    for (const configuration of [policy(['Failed', 'Started']), undefined].flatMap(each => each ?? [])) {
      const session = endedSession(over(configuration))
      expect(told(session.status)).toBeUndefined()
      expect(decide(observe({ session, configuration })).check).toBe('ended')
    }
  })

  test.each([
    [
      'was skipped, for its policy was paused',
      { session: backupSession({}, scheduled), configuration: policy(all, { paused: true }) },
      'Skipped',
    ],
    [
      'waited for its claim until startDeadline was over',
      { session: backupSession({}, { creationTimestamp: at(-700) }), configuration: policy(), claim: undefined },
      'Failed',
    ],
    [
      'waited for its turn until timeOut was over',
      { session: backupSession({ sessionDeadline: at(-1) }), configuration: policy() },
      'Failed',
    ],
  ] as const)('is told of though no pod ever ran: it %s', (_what, seen, phase) => {
    const { status } = decide(observe(seen))
    expect([status.phase, told(status)?.status]).toEqual([phase, 'Unknown'])
  })

  test('is told of once its last attempt is over, and not before', () => {
    const failed = reported({ step: 'update-status', outcome: 'Failed', reason: 'BackendUnreachable' })
    const attempt = (number: number) =>
      decide(
        observe({
          session: backupSession(begun({ attempt: number })),
          configuration: policy(all, { retryConfig: { maxRetry: 1, delay: '1m' } }),
          job: job(),
          pod: pod('Succeeded', [exited(0), failed]),
        }),
      ).status
    expect([told(attempt(1)), told(attempt(2))?.status]).toEqual([undefined, 'Unknown'])
  })
})

describe('a notification', () => {
  const session = endedSession()
  const seen = (more: Partial<SessionObserved>) => decide(observe({ session, configuration: policy(), ...more }))
  const word = (outcome: 'Succeeded' | 'Failed', message: string) =>
    pod('Succeeded', [reported({ step: 'notify', outcome, message })])

  test('that arrived is a condition, and the session stays as it ended', () => {
    const { status, events } = seen({
      notifyJob: notifyJob({}, ['Complete']),
      notifyPod: word('Succeeded', 'chat told'),
    })
    expect(told(status)).toMatchObject({ status: 'True', reason: 'NotificationsSent', message: 'chat told' })
    expect({ phase: status.phase, events, completionTime: status.completionTime }).toEqual({
      phase: 'Succeeded',
      events: undefined,
      completionTime: session.status?.completionTime,
    })
    expect(decide(observe({ session: backupSession(status), configuration: policy() })).check).toBe('ended')
  })

  test('that was sent with what nobody could fill says so, in the compiler’s words', () => {
    const notifications = [{ name: 'chat', on: all, httpPost: { urlFrom, body: '$(PHAES)' } }]
    const [said = ''] = hookProblems({ notifications }, 'BackupConfiguration shop/data').map(formatProblem)
    const { status } = seen({
      configuration: configuration({ hooks: { notifications } }),
      notifyJob: notifyJob({}, ['Complete']),
      notifyPod: word('Succeeded', 'chat told'),
    })
    expect(said).toContain('did you mean $(PHASE)?')
    expect(told(status)).toMatchObject({ status: 'True', message: `chat told; ${said}` })
  })

  test.each<[string, Partial<SessionObserved>, string]>([
    ['was refused', { notifyJob: notifyJob(), notifyPod: word('Failed', 'chat: answered 404') }, 'chat: answered 404'],
    ['lost its pod', { notifyJob: notifyJob({}, ['Failed']) }, 'left no report'],
    ['has somebody else’s Job in its place', { notifyJob: notifyJob({ ownerReferences: [] }) }, 'foreign Job'],
    [
      'does not end',
      { notifyJob: notifyJob({ creationTimestamp: at(-2000) }), notifyPod: pod('Running', [running]) },
      'does not end',
    ],
    ['found no node', { notifyJob: notifyJob({ creationTimestamp: at(-2000) }) }, 'no pod yet'],
  ])('that %s is a condition and an event, and no failure of the session', (_what, more, message) => {
    const { status, events, requeueAt } = seen(more)
    expect(told(status)).toMatchObject({ status: 'False', reason: 'NotificationFailed' })
    expect(told(status)?.message).toContain(message)
    expect(events).toEqual([expect.objectContaining({ type: 'Warning', reason: 'NotificationFailed' })])
    expect({ phase: status.phase, requeueAt }).toEqual({ phase: 'Succeeded', requeueAt: undefined })
  })

  test('whose Job somebody deletes again and again is given up after an hour', () => {
    const late = seen({ now: new Date(now.getTime() + 3_601_000) })
    expect([late.effect, told(late.status)?.status]).toEqual([undefined, 'False'])
  })

  test('that the policy no longer asks for is owed no more', () => {
    expect(told(decide(observe({ session, configuration: policy(['Failed']) })).status)?.status).toBe('True')
  })
})

describe('until everybody was told', () => {
  const session = endedSession()

  test('the whole session is remembered', () => {
    expect(backupFacts(session)).toEqual(session)
  })

  test('it is not cleaned away', () => {
    const spare = configuration({ backupHistoryLimit: 0 })
    const skipped = backupSession({ ...session.status, phase: 'Skipped' })
    expect(sessionsToDelete(spare, [skipped])).toEqual([])
    const done = (skipped.status?.conditions ?? []).filter(each => each.type !== 'NotificationsSent')
    expect(sessionsToDelete(spare, [backupSession({ ...skipped.status, conditions: done })])).toHaveLength(1)
  })
})

test('a beginning that nobody heard of is an event, and no failure of the session', () => {
  const unheard = reported({ step: 'notify', outcome: 'Failed', message: 'chat: answered 404' })
  const observed = { ...over(policy(['Started'])), pod: pod('Succeeded', [unheard, exited(0), good]) }
  const { status, events } = decide(observed)
  expect(status.phase).toBe('Succeeded')
  expect(events?.at(-1)).toEqual(eventNotes.unheard('chat: answered 404'))
})
