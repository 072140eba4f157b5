import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { SessionObserved } from '../../runtime/controller/session/observed.js'
import { decide, SessionReconciler } from '../../runtime/controller/session/reconciler.js'
import type { SessionStatus } from '../../runtime/controller/session/session-status.js'
import { deadlineOf } from '../../runtime/controller/session/status.js'
import {
  at,
  backupSession,
  begun,
  configuration,
  job,
  now,
  observe,
  restoreSession,
} from '../runtime/controller/observation.js'
import { runs, Tally } from './cases.js'
import { hostileText } from './hostile-text.js'

const tally = new Tally('forged-objects')
afterAll(() => tally.leave())

const time = fc.oneof(
  fc.constantFrom(at(-10), at(10), '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z', 'garbage'),
  hostileText,
)
const forgedStatus = fc.record(
  {
    phase: fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed', 'Skipped'),
    attempt: fc.constantFrom(0, 1, 2, 2147483647),
    jobName: fc.constantFrom('job-1', 'job-2', '', '../x'),
    jobUID: fc.constantFrom('job-uid', 'other-uid', ''),
    finishJobName: fc.constantFrom('job-1-finish', 'job-2'),
    startTime: time,
    completionTime: time,
    sessionDeadline: time,
    nextRetry: time,
    conditions: fc.constant([]),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<SessionStatus>
const jobs = fc.constantFrom(
  undefined,
  job(),
  job({}, ['Complete']),
  job({ ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'victim-uid' }] }),
)
const annotationsOf = hostileText.map(text => ({ 'holdfast.dev/scheduled-at': text, [text]: text }))

describe('a session whose status somebody else wrote', () => {
  test('never breaks a decision, and never makes the controller touch another session’s Job', () => {
    fc.assert(
      fc.property(forgedStatus, jobs, jobs, fc.boolean(), annotationsOf, (status, one, two, backup, annotations) => {
        tally.count('forged status')
        const session = backup ? backupSession(status, { annotations }) : restoreSession({}, status, { annotations })
        const observed = observe({ session, job: one, finishJob: two })
        const { status: next, requeueAt } = decide(observed)
        expect(JSON.stringify(next).length).toBeLessThan(50_000)
        expect(Number.isNaN(requeueAt?.getTime() ?? 0)).toBe(false)
      }),
      runs(1200),
    )
  })

  test('ends in time, whatever the status says about its end', () => {
    fc.assert(
      fc.property(time, sessionDeadline => {
        tally.count('forged deadline')
        const observed = observe({ session: backupSession({ sessionDeadline }) })
        const end = deadlineOf(observed).getTime()
        expect(end).toBeLessThanOrEqual(now.getTime() + 8760 * 3_600_000)
        expect(Number.isFinite(end)).toBe(true)
      }),
      runs(300),
    )
  })

  test('does not take another session’s Job for its own, with its snapshot', () => {
    tally.count('foreign Job')
    const foreign = job({ ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'victim-uid' }] })
    const { status } = decide(observe({ session: backupSession(begun()), job: foreign }))
    expect(status.conditions?.find(each => each.type === 'Ready')).toMatchObject({ reason: 'JobRejected' })
  })
})

/** A reconciler whose API only remembers what it was told to delete or write. */
function reconciler(observed: SessionObserved) {
  const deleted: string[] = []
  const written: { metadata: { ownerReferences?: unknown } }[] = []
  const client = {
    delete: async (_resource: unknown, name: string) => deleted.push(name),
    replace: async (_resource: unknown, object: (typeof written)[number]) => {
      written.push(object)
      return object
    },
    replaceStatus: async (_resource: unknown, object: unknown) => object,
    tryGet: async () => undefined,
    list: async () => ({ items: [] }),
  }
  const none = { get: () => undefined, list: () => [], byIndex: () => [], observe: () => undefined }
  const of = (object: unknown) => ({ ...none, get: () => object })
  const caches = {
    ...{ repositories: of(observed.repository), tasks: none, functions: none, restores: none, pods: none },
    ...{
      backups: of(observed.session),
      configurations: of(observed.configuration),
      jobs: of(observed.job),
      claims: none,
    },
  }
  const parts = {
    ...{ client, caches, departed: { of: () => undefined }, settings: observed.settings, now: () => now },
    ...{ events: { record: () => undefined }, push: { failed: async () => undefined }, fence: () => undefined },
    admission: { run: (_key: string, work: () => unknown) => work() },
  }
  const made = new SessionReconciler(parts as unknown as ConstructorParameters<typeof SessionReconciler>[0])
  return { deleted, written, run: () => made.reconcile('BackupSession', 'shop', observed.session.metadata.name) }
}

describe('a session that a tenant made up', () => {
  test('that ended and names another session’s Job does not have it deleted', async () => {
    tally.count('Job of another')
    const status: SessionStatus = { phase: 'Failed', attempt: 1, jobName: 'job-1', jobUID: 'job-uid' }
    const victim = job({ ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'victim-uid' }] })
    const foreign = reconciler(observe({ session: backupSession(status), job: victim }))
    await foreign.run()
    expect(foreign.deleted).toEqual([])
    const own = reconciler(observe({ session: backupSession(status), job: job() }))
    await own.run()
    expect(own.deleted).toEqual(['job-1'])
  })

  test('with a foreign controller as its owner is adopted beside it, so that it runs and ends', async () => {
    tally.count('foreign owner')
    const foreign = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop', uid: 'deployment-uid', controller: true }
    const world = reconciler(observe({ session: backupSession({}, { ownerReferences: [foreign] }) }))
    await world.run()
    expect(world.written[0]?.metadata.ownerReferences).toEqual([
      foreign,
      expect.objectContaining({ uid: 'configuration-uid', controller: false, blockOwnerDeletion: false }),
    ])
  })

  test('for a configuration of another name never gets that configuration’s template', () => {
    tally.count('foreign invoker')
    const { status } = decide(observe({ session: backupSession(), configuration: undefined, repository: undefined }))
    expect(status.phase).toBe('Failed')
    expect(configuration().metadata.name).toBe('data')
  })
})
