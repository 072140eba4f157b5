import { describe, expect, test } from '@jest/globals'
import { annotations } from '../../../lib/api/group.js'
import type { StepReport } from '../../../lib/report.js'
import type { RepositoryObject } from '../../../runtime/controller/objects.js'
import { decideRepository, type RepositoryObserved } from '../../../runtime/controller/repository/decide.js'
import { storeActivity } from '../../../runtime/controller/store-activity.js'
import { cachesOf } from './metrics-fixture.js'
import { at, backupSession, configuration, job, now, repository, settings } from './observation.js'
import { exited, pod, reported } from './pod-fixture.js'

const day = 86_400
const known = {
  id: 'f'.repeat(64),
  firstBackupTime: at(-30 * day),
  lastBackupTime: at(-60),
  lastForgetTime: at(-9 * day),
  lastCheckTime: at(-3600),
  lastPruneTime: at(-9 * day),
}
const damaged = { ...known, integrity: false }
const asking = (seconds: number) => ({ annotations: { [annotations.checkRequestedAt]: at(seconds) } })
const policy = configuration({}, { lastSuccessfulTime: at(-60) })
const observe = (of: RepositoryObject, more: Partial<RepositoryObserved> = {}): RepositoryObserved => ({
  ...{ now, settings, repository: of, configurations: [policy], activeSessions: 0, otherMaintaining: false, ...more },
})
const ended = (seconds: number, type = 'Complete') => {
  const own = job({ creationTimestamp: at(seconds - 10) })
  return { ...own, status: { conditions: [{ type, status: 'True', lastTransitionTime: at(seconds) }] } }
}
const report = (more: Partial<StepReport>, exitCode = 0) =>
  pod(exitCode === 0 ? 'Succeeded' : 'Failed', [
    reported({ step: 'maintain', outcome: 'Succeeded', ...more } as never, exitCode),
  ])
const killed = { job: ended(-601, 'Failed'), pod: pod('Failed', [exited(137, 'OOMKilled')]) }

/** The orders of the Job that is made, as flags; undefined when none is made. */
function orders(observed: RepositoryObserved): Record<string, string> | undefined {
  const { create } = decideRepository(observed)
  if (create === undefined) return undefined
  const { args } = (create as unknown as { spec: { template: { spec: { containers: [{ args: string[] }] } } } }).spec
    .template.spec.containers[0]
  return Object.fromEntries(args.map(each => [each.slice(2, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]))
}
const nothing = { forget: '[]', prune: 'false' }
const conditionOf = (observed: RepositoryObserved, type: string) =>
  decideRepository(observed).status.conditions?.find(each => each.type === type)

describe('while the last check has found damage', () => {
  test('neither retention nor prune is begun, however long they have been due', () => {
    expect(decideRepository(observe(repository({}, damaged)))).toMatchObject({
      check: 'nothingDue',
      requeueAt: new Date(at(day - 3600)),
    })
  })

  test('a check comes daily, or more often where the interval says so, and alone', () => {
    const old = { ...damaged, lastCheckTime: at(-day) }
    expect(orders(observe(repository({}, old)))).toMatchObject({ ...nothing, check: 'true' })
    const often = repository({ maintenance: { check: { interval: '1h' } } }, damaged)
    expect(orders(observe(often))).toMatchObject({ ...nothing, check: 'true' })
  })

  test('the Repository says why retention waits, and goes on saying it', () => {
    const told = conditionOf(observe(repository({}, damaged)), 'RetentionPolicyApplied')
    expect(told).toMatchObject({ status: 'False', reason: 'RepositoryDamaged' })
    const { status } = decideRepository(observe(repository({}, damaged)))
    expect(decideRepository(observe(repository({}, status))).status).toEqual(status)
  })

  test('what keeps the check from being made is said there too, after its Job is gone as well', () => {
    const failed = decideRepository(observe(repository({}, damaged), killed)).status
    const told = conditionOf(observe(repository({}, failed)), 'RetentionPolicyApplied')
    expect(told).toMatchObject({ reason: 'RepositoryDamaged', message: expect.stringContaining('; OutOfMemory: ') })
  })

  test('nothing is removed by another Repository of the same store either', () => {
    const first = repository({}, damaged)
    const second = repository({}, known, { name: 'second', uid: 'second' })
    const seen = observe(second, { shared: [first, second] })
    expect(orders(seen)).toBeUndefined()
    const told = conditionOf(seen, 'RetentionPolicyApplied')
    expect(told).toMatchObject({ reason: 'RepositoryDamaged', message: expect.stringContaining('shop/store') })
    expect(conditionOf(seen, 'Ready')?.status).toBe('True')
  })

  test('sessions make no room for retention that does not come, but for a check that is a day late', () => {
    const roomFor = (status: object) => {
      const of = repository({}, { ...damaged, ...status })
      const caches = cachesOf(filled => void filled.repositories.observe(of))
      return storeActivity(backupSession(), of, caches, now).makeRoomUntil
    }
    expect(roomFor({})).toBeUndefined()
    expect(roomFor({ lastCheckTime: at(-2 * day - 60) })).toEqual(new Date(at(3600 - 60)))
  })
})

describe('damage is over', () => {
  const verified = (check: { ok: boolean; part?: boolean }, status: object = damaged) =>
    observe(repository({}, { ...known, ...status }), { job: ended(-5), pod: report({ maintenance: { check } }) })

  test('with a check that finds none; what waited for that is due from then on', () => {
    const { status } = decideRepository(verified({ ok: true }))
    expect(status.integrity).toBe(true)
    expect(orders(observe(repository({}, status)))).toMatchObject({ check: 'false', prune: 'true' })
    expect(orders(observe(repository({}, status)))?.['forget']).toContain('shop/data')
  })

  test('but not with one that read another share of the data than the one that found it', () => {
    const first = decideRepository(verified({ ok: true, part: true })).status
    expect(first).toMatchObject({ integrity: false, lastCheckTime: at(-15) })
    expect(decideRepository(verified({ ok: true, part: true }, first)).status).toEqual(first)
    const undamaged = decideRepository(verified({ ok: true, part: true }, known)).status
    expect(undamaged.integrity).toBe(true)
  })

  test('and the Repository does not go on to say that retention waits', () => {
    const held = decideRepository(observe(repository({}, damaged))).status
    const told = conditionOf(verified({ ok: true }, held), 'RetentionPolicyApplied')
    expect(told).toMatchObject({ status: 'Unknown', reason: 'Waiting' })
  })
})

describe('a check that somebody asks for', () => {
  const sound = { ...known, integrity: true, lastForgetTime: at(-30), lastPruneTime: at(-30) }

  test('is begun at once, or at the time that was named, and only once', () => {
    expect(orders(observe(repository({}, sound, asking(-5))))).toMatchObject({ ...nothing, check: 'true' })
    expect(decideRepository(observe(repository({}, sound, asking(600)))).requeueAt).toEqual(new Date(at(600)))
    expect(orders(observe(repository({}, { ...sound, lastCheckTime: at(-5) }, asking(-5))))).toBeUndefined()
  })

  test('is not asked for by what is no time', () => {
    const of = repository({}, sound, { annotations: { [annotations.checkRequestedAt]: 'now' } })
    expect(orders(observe(of))).toBeUndefined()
  })

  test('reads everything where a share was to be read and damage was found', () => {
    const spec = { maintenance: { check: { readDataSubset: '5%' } } }
    const subsetOf = (status: object, asked: number) =>
      orders(observe(repository(spec, { ...sound, ...status }, asking(asked))))?.['read-data-subset']
    expect(subsetOf({ integrity: false }, -5)).toBe('100%')
    expect(subsetOf({}, -5)).toBe('5%')
    expect(subsetOf({ integrity: false, lastCheckTime: at(-day) }, -2 * day)).toBe('5%')
    expect(orders(observe(repository({}, damaged, asking(-5))))?.['read-data-subset']).toBe('')
  })

  test('does not wait until a failed maintenance is tried again, unless that one was what it led to', () => {
    const failing = report({ outcome: 'Failed', reason: 'BackendUnreachable', message: 'no route' }, 1)
    const seen = (asked: number) =>
      decideRepository(observe(repository({}, damaged, asking(asked)), { job: ended(-60, 'Failed'), pod: failing }))
        .check
    expect([seen(-30), seen(-90)]).toEqual(['maintained', 'maintenanceFailed'])
  })

  test('has sessions make room for it', () => {
    const of = repository({}, sound, asking(-60))
    const caches = cachesOf(filled => void filled.repositories.observe(of))
    expect(storeActivity(backupSession(), of, caches, now).makeRoomUntil).toEqual(new Date(at(3540)))
  })
})

describe('a check that takes all memory or time of its Job', () => {
  const due = { ...known, integrity: true, lastCheckTime: at(-8 * day) }

  test('lets retention go first the next time, without prune', () => {
    const decision = decideRepository(observe(repository({}, due), killed))
    expect(decision.remove?.metadata.name).toBe('job-1')
    const made = orders(observe(repository({}, due), killed))
    expect(made).toMatchObject({ check: 'false', prune: 'false' })
    expect(made?.['forget']).toContain('shop/data')
  })

  test('and not for ever: when that fails as well it is the check’s turn', () => {
    const alone = decideRepository(observe(repository({}, due), killed)).create?.metadata.name ?? ''
    const again = { ...killed, job: { ...killed.job, metadata: { ...killed.job.metadata, name: alone } } }
    expect(decideRepository(observe(repository({}, due), again))).toMatchObject({ check: 'maintained' })
    expect(orders(observe(repository({}, due), again))).toBeUndefined()
  })
})
