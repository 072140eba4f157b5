import { describe, expect, test } from '@jest/globals'
import type { HttpAnswer } from '../../../runtime/agent/host.js'
import { MetricGroups } from '../../../runtime/controller/metric-groups.js'
import { cachesOf, clock, exposed, exposition } from './metrics-fixture.js'
import { at, backupSession, settings } from './observation.js'

const value = async (...of: Parameters<typeof exposed>) => (await exposed(...of)).map(each => each.value)

describe('of itself the controller tells', () => {
  test('whether it leads', async () => {
    expect(await value('holdfast_controller_leader', () => {}, { isLeader: true })).toEqual([1])
    expect(await value('holdfast_controller_leader', () => {}, { isLeader: false })).toEqual([0])
  })

  test('whether the Pushgateway answered, and nothing while it was not asked', async () => {
    const name = 'holdfast_controller_pushgateway_reachable'
    expect(await value(name, () => {})).toEqual([])
    expect(await value(name, () => {}, { pushgateway: false })).toEqual([0])
    expect(await value(name, () => {}, { pushgateway: true })).toEqual([1])
  })

  test('how long the oldest session has waited that has not begun', async () => {
    const name = 'holdfast_controller_longest_wait_seconds'
    expect(await value(name, () => {})).toEqual([0])
    const waited = value(name, ({ backups }) => {
      backups.observe(backupSession({ phase: 'Pending' }, { name: 'a', uid: 'a', creationTimestamp: at(-500) }))
      backups.observe(backupSession({ phase: 'Pending' }, { name: 'b', uid: 'b', creationTimestamp: at(-90) }))
      backups.observe(
        backupSession({ phase: 'Running', attempt: 1 }, { name: 'c', uid: 'c', creationTimestamp: at(-9000) }),
      )
      backups.observe(backupSession({ phase: 'Failed' }, { name: 'd', uid: 'd', creationTimestamp: at(-9000) }))
    })
    expect(await waited).toEqual([500])
  })

  test('its counters from the start, before anything has happened', async () => {
    const text = await exposition()
    expect(text).toContain('holdfast_controller_sessions_ended_total{kind="BackupSession",phase="Failed"} 0')
    expect(text).toContain('holdfast_controller_reconcile_errors_total{kind="Repository"} 0')
  })
})

describe('the Pushgateway counts as reachable', () => {
  const groupsOf = (answers: readonly HttpAnswer[], url = 'http://push:9091') => {
    const left = [...answers]
    const http = async () => {
      const answer = left.shift()
      if (answer === undefined) throw new Error('connect ECONNREFUSED')
      return answer
    }
    const outward = { http, clock }
    const groups = new MetricGroups(
      { ...settings, pushgatewayUrl: url },
      cachesOf(() => {}),
      () => {},
      outward,
    )
    return groups
  }
  const empty = { status: 200, body: '{"data":[]}' } as HttpAnswer

  test('as its last answer was, and not before there was one', async () => {
    const groups = groupsOf([empty, { ...empty, status: 503 }, empty])
    expect(groups.reachable).toBeUndefined()
    for (const expected of [true, false, true, false]) {
      await groups.sweep()
      expect(groups.reachable).toBe(expected)
    }
  })

  test('never where there is none', async () => {
    const groups = groupsOf([], '')
    await groups.sweep()
    await groups.remove('Repository', 'shop', 'store')
    expect(groups.reachable).toBeUndefined()
  })
})
