import { describe, expect, test } from '@jest/globals'
import type { Caches } from '../../../runtime/controller/caches.js'
import type { ConfigurationObject } from '../../../runtime/controller/objects.js'
import { cachesOf, exposed, metricsOf } from './metrics-fixture.js'
import { at, backupSession, configuration, now } from './observation.js'

const seconds = (time: string) => new Date(time).getTime() / 1000
const caching = (of: ConfigurationObject) => (caches: Caches) => void caches.configurations.observe(of)
const values = async (name: string, fill: (caches: Caches) => void) =>
  (await exposed(`holdfast_backup_${name}`, fill)).map(({ labels, value }) => ({ ...labels, value }))
const own = { namespace: 'shop', configuration: 'data' }
const condition = (status: 'True' | 'False', reason: string, type = 'Ready') => ({
  type,
  status,
  reason,
  message: '',
  lastTransitionTime: at(-10 * 86_400),
})

describe('of a policy the controller tells', () => {
  test('when its newest good backup was, and how old that may be', async () => {
    const fill = caching(configuration({ recoveryPointObjective: '26h' }, { lastSuccessfulTime: at(-3600) }))
    expect(await values('last_success_time_seconds', fill)).toEqual([{ ...own, value: seconds(at(-3600)) }])
    expect(await values('recovery_point_age_seconds', fill)).toEqual([{ ...own, value: 3600 }])
    expect(await values('recovery_point_objective_seconds', fill)).toEqual([{ ...own, value: 26 * 3600 }])
  })

  test('the age of the policy itself while nothing was backed up, and no objective that it does not state', async () => {
    const fill = caching(configuration())
    expect(await values('last_success_time_seconds', fill)).toEqual([{ ...own, value: 0 }])
    expect(await values('recovery_point_age_seconds', fill)).toEqual([{ ...own, value: 30 * 86_400 }])
    expect(await values('recovery_point_objective_seconds', fill)).toEqual([])
  })

  test('whether it is ready, and why not; a reason that is none of ours is not repeated', async () => {
    const conditions = [condition('False', 'TemplateStale')]
    expect(await values('ready', caching(configuration({}, { conditions })))).toEqual([
      { ...own, reason: 'TemplateStale', value: 0 },
    ])
    const foreign = [condition('True', `made up by somebody ${'x'.repeat(200)}`)]
    expect(await values('ready', caching(configuration({}, { conditions: foreign })))).toEqual([
      { ...own, reason: 'NotReported', value: 1 },
    ])
    expect(await values('ready', caching(configuration()))).toEqual([])
  })

  test('how its newest session ended, whatever was skipped since', async () => {
    const session = (name: string, created: number, phase: 'Failed' | 'Succeeded' | 'Skipped' | 'Running') =>
      backupSession(
        { phase, completionTime: at(created + 60), conditions: [condition('False', 'EmptySource')] },
        { name, uid: name, creationTimestamp: at(created) },
      )
    const fill = (caches: Caches) => {
      caching(configuration())(caches)
      caches.backups.observe(session('data-1', -7200, 'Succeeded'))
      caches.backups.observe(session('data-2', -3600, 'Failed'))
      caches.backups.observe(session('data-3', -1800, 'Skipped'))
      caches.backups.observe(session('data-4', -60, 'Running'))
    }
    expect(await values('last_session_end_time_seconds', fill)).toEqual([
      { ...own, phase: 'Failed', reason: 'EmptySource', value: seconds(at(-3540)) },
    ])
  })

  test('nothing any more of how it stood before', async () => {
    const failing = { conditions: [condition('False', 'TargetNotFound')] }
    const caches = cachesOf(caching(configuration({}, failing, { resourceVersion: '1' })))
    const { registry } = metricsOf(caches)
    expect(await registry.metrics()).toContain('reason="TargetNotFound"} 0')
    const good = { conditions: [condition('True', 'Protected')] }
    caches.configurations.observe(configuration({}, good, { resourceVersion: '2' }))
    const text = await registry.metrics()
    expect(text).toContain('reason="Protected"} 1')
    expect(text).not.toContain('TargetNotFound')
  })
})

// `now` is a Sunday, 12:00 UTC; the schedule is daily at 03:00.
describe('the slot whose backup must be there', () => {
  const due = (spec: Partial<ConfigurationObject['spec']>, more: Partial<ConfigurationObject['metadata']> = {}) =>
    values('due_time_seconds', caching(configuration(spec, undefined, more)))

  test('is the newest one whose session is over even if it began late and took all its time', async () => {
    expect(now.toISOString()).toBe('2026-11-22T12:00:00.000Z')
    const quick = { startingDeadline: '1h', timeOut: '2h' }
    expect(await due(quick)).toEqual([{ ...own, value: seconds('2026-11-22T03:00:00Z') }])
    expect(await due({ ...quick, timeOut: '9h' })).toEqual([{ ...own, value: seconds('2026-11-21T03:00:00Z') }])
    expect(await due({})).toEqual([{ ...own, value: seconds('2026-11-21T03:00:00Z') }])
  })

  test('lies in the time zone of the policy', async () => {
    const zone = { startingDeadline: '1h', timeOut: '2h', timeZone: 'Europe/Berlin' }
    expect(await due(zone)).toEqual([{ ...own, value: seconds('2026-11-22T02:00:00Z') }])
  })

  test('is absent for a policy that is younger than it, was paused all the time or was just resumed', async () => {
    expect(await due({}, { creationTimestamp: at(-86_400) })).toEqual([])
    const paused = [condition('True', 'Paused', 'Paused')]
    expect(await values('due_time_seconds', caching(configuration({ paused: true }, { conditions: paused })))).toEqual(
      [],
    )
    const resumed = { ...condition('False', 'Running', 'Paused'), lastTransitionTime: at(-60) }
    expect(await values('due_time_seconds', caching(configuration({}, { conditions: [resumed] })))).toEqual([])
  })

  test('stays, through a pause and after it, the one that was over when the pause began', async () => {
    const over = '2026-10-03T03:00:00Z'
    const paused = { ...condition('True', 'Paused', 'Paused'), lastTransitionTime: '2026-10-05T12:00:00Z' }
    const seen = (spec: Partial<ConfigurationObject['spec']>, one: typeof paused | ReturnType<typeof condition>) =>
      values('due_time_seconds', caching(configuration(spec, { conditions: [one], dueBeforePause: over })))
    const old = [{ ...own, value: seconds(over) }]
    expect(await seen({ paused: true }, paused)).toEqual(old)
    expect(await seen({}, paused)).toEqual(old)
    const resumed = { ...condition('False', 'Running', 'Paused'), lastTransitionTime: at(-60) }
    expect(await seen({}, resumed)).toEqual(old)
    const long = { ...resumed, lastTransitionTime: at(-5 * 86_400) }
    expect(await seen({}, long)).toEqual([{ ...own, value: seconds('2026-11-21T03:00:00Z') }])
  })

  test('is absent for a schedule that cannot be read', async () => {
    expect(await due({ schedule: 'sometimes' })).toEqual([])
  })
})
