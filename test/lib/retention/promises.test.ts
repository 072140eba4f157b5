import { describe, expect, test } from '@jest/globals'
import { apiVersion } from '../../../lib/api/group.js'
import type { RetentionPolicy } from '../../../lib/api/retention-policy.js'
import { checkFleet } from '../../../lib/fleet/check.js'
import { fleetOf } from '../../../lib/fleet/fleet.js'
import { surprisesOf } from '../../../lib/retention/policy-outlook.js'
import { retentionProblems } from '../../../lib/retention/promises.js'

const from = new Date('2026-01-01T00:00:00Z')
const hour = 3_600_000

function fleet(schedule: string, retentionPolicy: RetentionPolicy, more: { objective?: string; args?: string[] } = {}) {
  const spec = {
    repository: { name: 'store' },
    target: {
      ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'orders' },
      ...(more.args && { args: more.args }),
    },
    schedule,
    retentionPolicy,
    ...(more.objective === undefined ? {} : { recoveryPointObjective: more.objective }),
  }
  const metadata = { name: 'orders', namespace: 'shop' }
  const object = { apiVersion, kind: 'BackupConfiguration', metadata, spec }
  return fleetOf([{ object, position: 'shop.yaml:3:1' }])
}
const messages = (...of: Parameters<typeof fleet>) =>
  retentionProblems(fleet(...of), { from }).map(problem => problem.message)

describe('retention problems', () => {
  test('say where nothing is ever removed, because restic refuses the rules', () => {
    expect(messages('0 3 * * *', { keepTags: ['gold'] })).toEqual([
      expect.stringMatching(/tagged gold.*refuses.*--tag=gold/),
    ])
    expect(messages('0 3 * * *', { keepTags: ['gold'] }, { args: ['--tag=gold'] })).toEqual([])
    expect(messages('0 3 * * *', { keepTags: ['gold'], keepDaily: 7 })).toEqual([])
    expect(messages('0 3 * * *', { keepWithin: '0h' })).toEqual([expect.stringMatching(/every rule is zero/)])
  })

  test('say where each run replaces the only snapshot, unless keepLast says so', () => {
    expect(messages('0 3 * * *', { keepWithin: '12h' })).toEqual([expect.stringMatching(/keeps one snapshot alone/)])
    expect(messages('0 3 * * 0', { keepWithinDaily: '5d' })).toEqual([
      expect.stringMatching(/longer than the time between/),
    ])
    expect(messages('0 3 * * *', { keepLast: 1 })).toEqual([])
    expect(messages('0 3 * * *', { keepWithin: '7d' })).toEqual([])
  })

  test('say where the history is shorter than the recovery point objective', () => {
    expect(messages('0 * * * *', { keepLast: 1 }, { objective: '4h' })).toEqual([
      expect.stringMatching(/oldest snapshot is 1h old, but the recovery point objective lets 4h pass/),
    ])
    expect(messages('0 * * * *', { keepLast: 24 }, { objective: '4h' })).toEqual([])
    expect(messages('0 3 1 * *', { keepLast: 3 }, { objective: '800h' })).toEqual([])
  })

  test('name the policy, the field and the place, and are part of the check of a fleet', () => {
    const problems = checkFleet(fleet('0 3 * * *', { keepWithin: '12h' }), { today: from })
    expect(problems).toContainEqual({
      code: 'HF5301',
      object: 'BackupConfiguration shop/orders',
      path: 'spec.retentionPolicy',
      message: expect.any(String),
      source: 'shop.yaml:3:1',
    })
  })

  test('name an age that nobody can count with instead of ending the check', () => {
    expect(messages('0 3 * * *', { keepWithin: `${'9'.repeat(30)}y` })).toEqual([
      expect.stringMatching(/cannot be read/),
    ])
  })
})

describe('surprises', () => {
  test('are rules that are finer than the schedule', () => {
    expect(surprisesOf({ keepHourly: 24, keepDaily: 7 }, 24 * hour)).toEqual([
      'keepHourly: 24 keeps 24 runs, about 24 days: the schedule is coarser than the rule',
    ])
    expect(surprisesOf({ keepDaily: 7, dryRun: true }, hour)).toEqual(['dryRun: nothing is removed'])
  })
})
