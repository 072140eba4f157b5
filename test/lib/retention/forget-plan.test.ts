import { execFileSync } from 'node:child_process'
import { afterAll, describe, expect, test } from '@jest/globals'
import type { RetentionPolicy } from '../../../lib/api/retention-policy.js'
import { forgetCommand } from '../../../lib/restic/forget.js'
import { snapshotList } from '../../../lib/restic/messages.js'
import { forgetPlan } from '../../../lib/retention/forget-plan.js'
import { toolPath } from '../../../scripts/tools.mjs'
import { ResticStore } from './restic-store.js'

const access = {
  provider: 'local',
  insecureTLS: false,
  maxConnections: 0,
  enableCache: false,
  retryLock: '0s',
} as const
const of = { host: 'shop/orders', path: '/data' }

describe('a forget plan', () => {
  const store = new ResticStore()
  afterAll(() => store.remove())
  const restic = (...args: string[]) =>
    JSON.parse(
      execFileSync(toolPath('restic'), args, {
        env: { ...process.env, ...store.environment },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )
  for (let day = 10; day < 22; day += 1) {
    const time = `2026-11-${day}T03:00:00.123456789Z`
    store.add({ time, hostname: 'shop/orders', paths: ['/data'], tags: ['holdfast'] })
    store.add({ time, hostname: 'shop/orders', paths: ['/data/sub'] })
    store.add({ time, hostname: 'shop/users', paths: ['/data'] })
    if (day > 18) store.add({ time, hostname: 'shop/orders', paths: ['/other', '/data'] })
  }

  const planOf = (policy: RetentionPolicy) => {
    const all = snapshotList(restic('snapshots', '--json', '--no-lock', '--no-cache')) ?? []
    return { all, plan: forgetPlan(of, policy, all, new Date()) }
  }

  test('removes what restic’s forget command of the maintain Job removes, and touches no other host or path', () => {
    const policy = { keepDaily: 2, keepWeekly: 2 }
    const { all, plan } = planOf(policy)
    const groups: { remove: { id: string }[] | null }[] = restic(
      ...forgetCommand(access, of, { ...policy, dryRun: true }),
      '--no-lock',
    )
    const removed = plan.groups.flatMap(({ verdicts }) => verdicts.filter(({ keep }) => !keep))
    expect(removed.map(({ snapshot }) => snapshot.id).sort()).toEqual(
      groups.flatMap(({ remove }) => (remove ?? []).map(({ id }) => id)).sort(),
    )
    expect(removed.length).toBeGreaterThan(5)
    expect(plan.groups.map(({ paths }) => paths)).toEqual([['/data'], ['/data', '/other']])
    expect(plan.untouched).toHaveLength(24)
    expect(all).toHaveLength(39)
  })

  test('removes nothing at all where restic refuses for one of its groups', () => {
    const policy = { keepTags: ['holdfast'] }
    const { plan } = planOf(policy)
    expect(plan.refusal).toMatch(/refuses to remove the last snapshot/)
    expect(plan.groups.flatMap(({ verdicts }) => verdicts.filter(({ keep }) => !keep))).toEqual([])
    expect(() => restic(...forgetCommand(access, of, { ...policy, dryRun: true }), '--no-lock')).toThrow(/refusing/)
  })
})
