import { describe, expect, test } from '@jest/globals'
import { annotations, labels } from '../../../lib/api/group.js'
import { hookProblems } from '../../../lib/notification/hook-problems.js'
import { formatProblem } from '../../../lib/problem.js'
import { type ConfigurationObserved, decideConfiguration } from '../../../runtime/controller/configuration/decide.js'
import type { BackupSessionObject, ConfigurationObject } from '../../../runtime/controller/objects.js'
import type { SessionStatus } from '../../../runtime/controller/session/session-status.js'
import { at, backupSession, configuration, now, repository, observe as session } from './observation.js'

const paused = (status: 'True' | 'False', seconds: number): NonNullable<ConfigurationObject['status']> => ({
  conditions: [{ type: 'Paused', status, lastTransitionTime: at(seconds), reason: 'Running', message: 'm' }],
})
const { claim } = session()
const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'data-trigger', namespace: 'shop' } }
const daily = { schedule: '0 10 * * *' }
const long = paused('False', -20 * 86_400)
const observe = (different: Partial<ConfigurationObserved> = {}): ConfigurationObserved => ({
  now,
  configuration: configuration(daily, long),
  repository: repository(),
  claim,
  cronJob,
  sessions: [],
  ...different,
})
const run = (
  name: string,
  seconds: number,
  phase: SessionStatus['phase'],
  more: SessionStatus = {},
): BackupSessionObject =>
  backupSession(
    { phase, ...(phase === 'Running' ? { attempt: 1 } : { completionTime: at(seconds + 30) }), ...more },
    { name, uid: name, creationTimestamp: at(seconds) },
  )
const catchUp = (seen: Partial<ConfigurationObserved>) => decideConfiguration(observe(seen)).catchUp?.metadata.name
const readyOf = (seen: Partial<ConfigurationObserved>) => {
  const found = decideConfiguration(observe(seen)).status.conditions?.find(each => each.type === 'Ready')
  return `${found?.status} ${found?.reason}`
}

describe('a missed slot', () => {
  const missed = 'data-202611221000'

  test('is made up for once, by the session that the trigger would have made', () => {
    const made = decideConfiguration(observe()).catchUp
    expect(made?.metadata).toMatchObject({
      name: missed,
      annotations: { [annotations.scheduledAt]: '2026-11-22T10:00:00Z' },
      labels: { [labels.configuration]: 'data' },
      ownerReferences: [{ uid: 'configuration-uid', controller: true }],
    })
    expect(catchUp({ sessions: [run(missed, -10, 'Pending')] })).toBeUndefined()
  })

  test.each<[string, Partial<ConfigurationObserved>]>([
    ['while the trigger may still come', { now: new Date('2026-11-22T10:59:00Z') }],
    [
      'of a configuration that is newer',
      { configuration: configuration(daily, long, { creationTimestamp: at(-3600) }) },
    ],
    ['of a configuration that nobody has looked at yet', { configuration: configuration(daily) }],
    ['while the configuration is paused', { configuration: configuration({ ...daily, paused: true }, long) }],
    ['during a pause that is over', { configuration: configuration(daily, paused('False', -60)) }],
    ['during a pause that ends right now', { configuration: configuration(daily, paused('True', -5 * 86_400)) }],
    ['that has a session', { sessions: [run(missed, -7200, 'Failed')] }],
    ['in whose place a session was made by hand', { sessions: [run('by-hand', -60, 'Succeeded')] }],
    ['while an older session runs', { sessions: [run('older', -86_400, 'Running')] }],
    ['of a schedule that cannot be read', { configuration: configuration({ schedule: 'often' }, long) }],
    [
      'of a configuration that is being deleted',
      { configuration: configuration(daily, long, { deletionTimestamp: at(-1) }) },
    ],
  ])('is not made up for %s', (_when, seen) => {
    expect(catchUp(seen)).toBeUndefined()
  })

  test('is looked at again when it counts as missed', () => {
    const early = observe({ now: new Date('2026-11-22T10:59:00Z') })
    expect(decideConfiguration(early).requeueAt).toEqual(new Date('2026-11-22T11:00:00Z'))
  })

  test('that is long past is one session, not one for each', () => {
    expect(catchUp({ configuration: configuration({ schedule: '*/5 * * * *', startingDeadline: '0s' }, long) })).toBe(
      'data-202611221200',
    )
  })
})

describe('the history', () => {
  const old = (name: string, age: number, phase: SessionStatus['phase']) => run(name, -age * 86_400, phase)
  const removed = (sessions: BackupSessionObject[], backupHistoryLimit?: number) => {
    const spec = backupHistoryLimit === undefined ? {} : { backupHistoryLimit }
    const decision = decideConfiguration(
      observe({ configuration: configuration({ ...daily, ...spec }, long), sessions }),
    )
    return decision.remove.map(each => each.metadata.name)
  }

  test('says in a condition, which outlives its event, that sessions were deleted and that their snapshots were not', () => {
    const sessions = [old('a', 9, 'Failed'), old('b', 8, 'Succeeded'), old('c', 7, 'Skipped')]
    const clean = (status?: ConfigurationObject['status'], seen = sessions) =>
      decideConfiguration(
        observe({ configuration: configuration({ ...daily, backupHistoryLimit: 1 }, status), sessions: seen }),
      )
    const told = (of: ReturnType<typeof clean>) =>
      of.status.conditions?.find(each => each.type === 'BackupHistoryCleaned')
    const first = clean(undefined, [...sessions, old('d', 6, 'Skipped')])
    expect(told(first)).toMatchObject({ status: 'True', reason: 'HistoryCleaned' })
    expect(told(first)?.message).toBe(
      'finished sessions beyond backupHistoryLimit (1) are deleted; their snapshots stay',
    )
    expect(told(clean(first.status, []))).toEqual(told(first))
    expect(told(clean(undefined, []))).toBeUndefined()
  })

  test('keeps the newest, and the last Succeeded and the last Failed for good', () => {
    const sessions = [
      old('succeeded', 9, 'Succeeded'),
      old('failed', 8, 'Failed'),
      old('older-failed', 10, 'Failed'),
      ...[1, 2, 3].map(age => old(`skipped-${age}`, age, 'Skipped')),
    ]
    expect(removed(sessions, 2)).toEqual(['older-failed', 'skipped-3'])
  })

  test('never loses a session that waits or runs', () => {
    expect(removed([old('a', 9, 'Running'), old('b', 8, 'Pending'), old('c', 7, 'Succeeded')], 1)).toEqual([])
  })

  test('holds five unless the policy says otherwise', () => {
    expect(removed([1, 2, 3, 4, 5, 6, 7].map(age => old(`s${age}`, age, 'Succeeded')))).toEqual(['s7', 's6'])
  })
})

describe('whether a configuration is Ready', () => {
  const objective = configuration({ ...daily, recoveryPointObjective: '24h' }, long)
  const today = [run('today', -7200, 'Succeeded')]

  test.each<[string, Partial<ConfigurationObserved>, string]>([
    ['a good backup protects', { sessions: today }, 'True Protected'],
    ['a new one is not at fault', {}, 'True NeverSucceeded'],
    ['its Repository is missing', { repository: undefined }, 'False RepositoryNotFound'],
    ['its claim is missing', { claim: undefined }, 'False TargetNotFound'],
    ['nothing triggers it', { cronJob: undefined }, 'False CronJobMissing'],
    ['another writes the same snapshots', { rival: 'shop/other' }, 'False IdentityConflict'],
    ['its schedule cannot be read', { configuration: configuration({ schedule: 'often' }) }, 'False InvalidSpec'],
    ['its time zone does not exist', { configuration: configuration({ timeZone: 'Mars' }) }, 'False InvalidSpec'],
    [
      'the newest good backup is older than the objective',
      { configuration: objective, sessions: [run('old', -25 * 3600, 'Succeeded')] },
      'False RecoveryPointTooOld',
    ],
    ['there was never a good backup within the objective', { configuration: objective }, 'False RecoveryPointTooOld'],
    ['the newest good backup is young enough', { configuration: objective, sessions: today }, 'True Protected'],
  ])('%s', (_what, seen, ready) => {
    expect(readyOf(seen)).toBe(ready)
  })

  test('a failed run is a fault although an older backup is good, and a skipped one is not', () => {
    expect(readyOf({ sessions: [...today, run('failed', -60, 'Failed')] })).toMatch(/^False /)
    expect(readyOf({ sessions: [...today, run('skipped', -60, 'Skipped')] })).toBe('True Protected')
  })

  test('the objective is looked at again when it is exceeded', () => {
    const { requeueAt } = decideConfiguration(observe({ configuration: objective, sessions: today }))
    expect(requeueAt?.getTime()).toBeLessThanOrEqual(now.getTime() - 7170_000 + 86_400_000)
  })

  test('the newest good backup is remembered when its session is gone', () => {
    const status = { ...long, lastSuccessfulTime: at(-999) }
    const { status: next } = decideConfiguration(observe({ configuration: configuration(daily, status) }))
    expect(next.lastSuccessfulTime).toBe(at(-999))
  })

  test('the slot that was over when a pause begins is remembered, through it and after it; none within it is', () => {
    const decided = (paused: boolean, before: Partial<typeof long>, days: number) => {
      const later = new Date(now.getTime() + days * 86_400_000)
      return decideConfiguration(observe({ configuration: configuration({ ...daily, paused }, before), now: later }))
        .status
    }
    const running = decided(false, long, 0)
    expect(running.dueBeforePause).toBeUndefined()
    const paused = decided(true, running, 3)
    expect(paused.dueBeforePause).toBe('2026-11-24T10:00:00Z')
    expect(decided(true, paused, 20).dueBeforePause).toBe(paused.dueBeforePause)
    const resumed = decided(false, paused, 20)
    expect(resumed.dueBeforePause).toBe(paused.dueBeforePause)
    // Paused again within the hour: nothing was due in between.
    expect(decided(true, resumed, 20.04).dueBeforePause).toBe(paused.dueBeforePause)
  })

  test('a status that says the same is the same, so that nothing is written', () => {
    const first = decideConfiguration(observe({ sessions: today })).status
    const later = observe({
      configuration: configuration(daily, first),
      sessions: today,
      now: new Date(now.getTime() + 20_000),
    })
    expect(decideConfiguration(later).status).toEqual(first)
  })
})

describe('what the compiler would have refused is said of a policy that somebody wrote by hand', () => {
  const validOf = (spec: Parameters<typeof configuration>[0]) => {
    const { status } = decideConfiguration(observe({ configuration: configuration(spec, long) }))
    return status.conditions?.find(each => each.type === 'Valid')
  }
  const url = { urlFrom: { secretKeyRef: { name: 'chat', key: 'url' } } }

  test('of hooks and of notifications, in the compiler’s words', () => {
    const hooks = {
      postBackup: { httpGet: { port: 80, path: '/$(NAMESPCE)' } },
      notifications: [
        { name: 'chat', on: ['Failed' as const], httpPost: { ...url, body: '{"size": $(BYTES_ADDED)}' } },
      ],
    }
    const said = hookProblems(hooks, 'BackupConfiguration shop/data').map(formatProblem)
    expect(said).toHaveLength(2)
    expect(validOf({ ...daily, hooks })).toMatchObject({
      status: 'False',
      reason: 'InvalidSpec',
      message: said.join('; '),
    })
    expect(readyOf({ configuration: configuration({ ...daily, hooks }, long) })).toBe('False InvalidSpec')
  })

  test('and nothing of one that can be sent', () => {
    expect(validOf({ ...daily, hooks: { postBackup: { httpGet: { port: 80, path: '/$(NAMESPACE)' } } } })?.status).toBe(
      'True',
    )
  })
})
