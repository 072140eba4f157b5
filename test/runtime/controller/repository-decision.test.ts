import { describe, expect, test } from '@jest/globals'
import type { StepReport } from '../../../lib/report.js'
import { decideRepository, type RepositoryObserved } from '../../../runtime/controller/repository/decide.js'
import { forgetDueSince, intervalDue } from '../../../runtime/controller/repository/due.js'
import { at, configuration, job, now, repository, settings } from './observation.js'
import { exited, pod, reported, running, waiting } from './pod-fixture.js'

const id = 'f'.repeat(64)
const known = {
  id,
  lastBackupTime: at(-60),
  lastForgetTime: at(-3600),
  lastCheckTime: at(-3600),
  lastPruneTime: at(-3600),
}
const backedUp = configuration({}, { lastSuccessfulTime: at(-60) })
const observe = (different: Partial<RepositoryObserved> = {}): RepositoryObserved => ({
  now,
  settings,
  repository: repository({}, known),
  configurations: [backedUp],
  activeSessions: 0,
  otherMaintaining: false,
  ...different,
})
const ended = (seconds: number, type = 'Complete') => {
  const own = job({ creationTimestamp: at(seconds - 10) })
  return { ...own, status: { conditions: [{ type, status: 'True', lastTransitionTime: at(seconds) }] } }
}
const report = (more: Partial<StepReport>) =>
  pod('Succeeded', [reported({ step: 'maintain', outcome: 'Succeeded', ...more })])
const failing = pod('Failed', [
  reported({ step: 'maintain', outcome: 'Failed', reason: 'BackendUnreachable', message: 'no route' }, 1),
])
const conditionOf = (observed: RepositoryObserved, type: string) => {
  const found = decideRepository(observed).status.conditions?.find(each => each.type === type)
  return found === undefined ? undefined : `${found.status} ${found.reason}`
}
const quiet = { configurations: [configuration()] }
const argumentsOf = (observed: RepositoryObserved): string[] => {
  const created = decideRepository(observed).create as unknown as {
    spec: { template: { spec: { containers: { args: string[] }[] } } }
  }
  return created.spec.template.spec.containers[0]?.args ?? []
}

describe('what becomes of a repository', () => {
  test.each<[string, Partial<RepositoryObserved>, string, boolean]>([
    ['retention follows a good backup', {}, 'maintain', true],
    ['nothing is due when nothing happened', quiet, 'nothingDue', false],
    ['a repository that nobody has used is left alone', { repository: repository({}, {}) }, 'nothingDue', false],
    ['a repository without a backup is left alone', { repository: repository({}, { id }) }, 'nothingDue', false],
    ['maintenance waits for sessions that run', { activeSessions: 1 }, 'storeBusy', false],
    ['maintenance waits for maintenance of the same store', { otherMaintaining: true }, 'storeBusy', false],
    [
      'a check that never ran is due',
      { ...quiet, repository: repository({}, { ...known, lastCheckTime: undefined }) },
      'maintain',
      true,
    ],
    [
      'a prune that is old is due',
      { ...quiet, repository: repository({}, { ...known, lastPruneTime: at(-8 * 86_400) }) },
      'maintain',
      true,
    ],
    [
      'retention has an interval where one is set',
      { repository: repository({ maintenance: { forget: { interval: '2h' } } }, known) },
      'nothingDue',
      false,
    ],
    [
      'one that is being deleted is left alone',
      { repository: repository({}, known, { deletionTimestamp: at(-1) }) },
      'beingDeleted',
      false,
    ],
    ['a Job that has no pod yet is waited for', { job: job() }, 'maintaining', false],
    ['a Job that runs is waited for', { job: job(), pod: pod('Running', [running]) }, 'maintaining', false],
    [
      'a Job that does not start is given up',
      { job: job({ creationTimestamp: at(-901) }), pod: pod('Pending', [waiting('ErrImagePull')]) },
      'notStarting',
      false,
    ],
    [
      'a Job whose pod ended is left to its controller for a moment',
      { job: job(), pod: report({}) },
      'maintaining',
      false,
    ],
    [
      'a Job that ended well is recorded and removed',
      { job: ended(-5), pod: report({ maintenance: {} }) },
      'maintained',
      false,
    ],
    [
      'a Job that failed stays until its next try',
      { job: ended(-5, 'Failed'), pod: failing },
      'maintenanceFailed',
      false,
    ],
    ['a Job that failed ten minutes ago makes way', { job: ended(-601, 'Failed'), pod: failing }, 'maintained', false],
    [
      'a Job that ended without a report has failed',
      { job: ended(-5, 'Failed'), pod: pod('Failed', [exited(1)]) },
      'maintenanceFailed',
      false,
    ],
  ])('%s', (_what, seen, check, creates) => {
    const decision = decideRepository(observe(seen))
    expect({ check: decision.check, creates: decision.create !== undefined }).toEqual({ check, creates })
  })

  test('retention names the hosts and paths of configurations with a good backup, and no others', () => {
    const other = configuration({}, undefined, { name: 'other' })
    const args = argumentsOf(observe({ configurations: [backedUp, other] }))
    const forget = args.find(each => each.startsWith('--forget='))?.slice('--forget='.length) ?? ''
    expect(JSON.parse(forget)).toEqual([{ host: 'shop/data', path: '/holdfast-data', policy: { keepLast: 5 } }])
    expect(args).toEqual(expect.arrayContaining(['--check=false', '--prune=false']))
  })

  test('everything that is due goes into one Job, and the same Job for the same occasion', () => {
    const due = observe({ repository: repository({}, { id, lastBackupTime: at(-60) }) })
    expect(argumentsOf(due)).toEqual(expect.arrayContaining(['--check=true', '--prune=true']))
    expect(decideRepository(due).create?.metadata.name).toBe(decideRepository(due).create?.metadata.name)
  })

  test('results are recorded as of the start of the Job, so that a backup during it counts as new', () => {
    const maintenance = {
      forgotten: [{ host: 'h', path: 'p', kept: 2, removed: 3 }],
      check: { ok: true },
      totalBytes: 2048,
      snapshotCount: 2,
    }
    const { status, remove } = decideRepository(observe({ job: ended(-5), pod: report({ maintenance }) }))
    expect(status).toMatchObject({
      integrity: true,
      lastForgetTime: at(-15),
      lastCheckTime: at(-15),
      lastPruneTime: known.lastPruneTime,
      snapshotsRemovedOnLastCleanup: 3,
      totalBytes: 2048,
      totalSize: '2Ki',
      snapshotCount: 2,
    })
    expect(remove?.metadata.name).toBe('job-1')
  })

  test('damage makes the repository not Ready', () => {
    const damaged = observe({
      job: ended(-5),
      pod: report({ maintenance: { check: { ok: false, message: 'pack is broken' } } }),
    })
    expect(decideRepository(damaged).status.integrity).toBe(false)
    expect(conditionOf(damaged, 'IntegrityVerified')).toBe('False CheckFailed')
    expect(conditionOf(damaged, 'Ready')).toBe('False CheckFailed')
    expect(conditionOf(damaged, 'Stalled')).toBe('True CheckFailed')
  })

  test('a store that does not answer makes the repository not Ready', () => {
    const gone = observe({ job: ended(-5, 'Failed'), pod: failing })
    expect(conditionOf(gone, 'Reachable')).toBe('False BackendUnreachable')
    expect(conditionOf(gone, 'Ready')).toBe('False BackendUnreachable')
    expect(conditionOf(gone, 'Stalled')).toBe('True BackendUnreachable')
    expect(conditionOf(gone, 'RetentionPolicyApplied')).toBe('False BackendUnreachable')
  })

  test('maintenance that works again makes a store reachable again', () => {
    const before = decideRepository(observe({ job: ended(-5, 'Failed'), pod: failing })).status
    const after = observe({
      repository: repository({}, { ...known, ...before }),
      job: ended(-5),
      pod: report({ maintenance: { forgotten: [] } }),
    })
    expect(conditionOf(after, 'Ready')).toBe('True Available')
    expect(conditionOf(after, 'Stalled')).toBe('False Available')
  })
})

describe('when maintenance is due', () => {
  test('retention is due since the oldest good backup that it has not followed', () => {
    const two = [configuration({}, { lastSuccessfulTime: at(-60) }), configuration({}, { lastSuccessfulTime: at(-30) })]
    expect(forgetDueSince(repository({}, known), two)).toEqual(new Date(at(-60)))
    expect(forgetDueSince(repository({}, known), [])).toBeUndefined()
  })

  test('a check is due a week after the last one, unless its interval says otherwise', () => {
    expect(intervalDue(at(0), undefined)).toEqual(new Date(at(7 * 86_400)))
    expect(intervalDue(at(0), '1h')).toEqual(new Date(at(3600)))
    expect(intervalDue(undefined, '1h')).toEqual(new Date(0))
  })
})
