import { afterEach, expect, test } from '@jest/globals'
import { annotations } from '../../lib/api/group.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  REPOSITORIES,
  type RepositoryObject,
} from '../../runtime/controller/objects.js'
import type { CannedContainer } from './canned-container.js'
import { CannedLauncher, type CannedOptions } from './canned-launcher.js'
import { simulatedPolicy } from './simulated-policy.js'
import { SimulatedWorld } from './simulated-world.js'
import { VirtualClock } from './virtual-clock.js'

const day = 86_400_000
const namespace = 'shop'
const proxy = { name: 'HTTPS_PROXY', value: 'http://proxy.test:3128' }

let world: SimulatedWorld
let isDamaged = false
/** What each maintain Job was told to do. */
const orders: {
  readonly check: boolean
  readonly retention: boolean
  readonly prune: boolean
  readonly proxy: unknown
}[] = []
afterEach(() => world.stop(), 60_000)

const change: CannedOptions['change'] = ({ step, flags, spec }: CannedContainer) => {
  if (step !== 'maintain') return undefined
  const check = flags.boolean('check')
  const retention = (flags.json('forget') as readonly unknown[]).length > 0
  orders.push({ check, retention, prune: flags.boolean('prune'), proxy: spec.env[proxy.name] })
  if (!check || !isDamaged) return undefined
  const maintenance = { check: { ok: false, message: 'pack 1234 is gone' } }
  return () => ({ outcome: 'Failed', reason: 'CheckFailed', message: 'pack 1234 is gone', maintenance })
}

const status = () => world.read<RepositoryObject>(REPOSITORIES, 'store', namespace)?.status
const conditionOf = (type: string) => status()?.conditions?.find(each => each.type === type)
const goodSessions = () =>
  world.list<BackupSessionObject>(BACKUP_SESSIONS, namespace).filter(each => each.status?.phase === 'Succeeded').length
const askForCheck = () => {
  const asked = { [annotations.checkRequestedAt]: world.clock.date().toISOString() }
  return world.client.mergePatch(REPOSITORIES, 'store', namespace, { metadata: { annotations: asked } })
}

test('a damaged repository is backed up and checked daily, and nothing is removed until a check finds it whole', async () => {
  world = await SimulatedWorld.start({
    launcher: ground => new CannedLauncher(ground, { change }),
    clock: new VirtualClock(Date.UTC(2026, 0, 1, 2, 50)),
  })
  const backup = () => ({ backupHistoryLimit: 20, runtimeSettings: { container: { env: [proxy] } } })
  await world.apply(
    ...simulatedPolicy({ namespace, backup, repository: { maintenance: { prune: { interval: '24h' } } } }),
  )
  await world.startController()
  await world.runUntil(() => status()?.lastForgetTime !== undefined, { withinMs: day, what: 'the first maintenance' })
  expect(orders).toMatchObject([{ check: true, retention: true, prune: true }])

  isDamaged = true
  await world.clock.advance(3_600_000)
  await askForCheck()
  await world.runUntil(() => status()?.integrity === false, { withinMs: 120_000, what: 'the check that was asked for' })
  expect(conditionOf('Ready')).toMatchObject({ status: 'False', reason: 'CheckFailed' })
  expect(conditionOf('RetentionPolicyApplied')).toMatchObject({ status: 'False', reason: 'RepositoryDamaged' })
  const [before, forgotten] = [goodSessions(), status()?.lastForgetTime]
  const found = orders.length
  await world.clock.advance(3 * day)
  expect(goodSessions()).toBe(before + 3)
  expect(status()?.lastForgetTime).toBe(forgotten)
  const since = orders.slice(found)
  expect(since).toHaveLength(3)
  expect(since.filter(each => each.retention || each.prune || !each.check)).toEqual([])

  isDamaged = false
  const repaired = orders.length
  await askForCheck()
  await world.runUntil(() => status()?.integrity === true, { withinMs: 120_000, what: 'a check of what was repaired' })
  await world.runUntil(() => status()?.lastForgetTime !== forgotten, { withinMs: 120_000, what: 'retention' })
  expect(orders.slice(repaired)).toMatchObject([
    { check: true, retention: false, prune: false },
    { check: false, retention: true, prune: true },
  ])
  // Each of them, those too to which no policy is owed anything, is connected as the policies are.
  expect(orders.map(each => each.proxy)).toEqual(orders.map(() => proxy.value))
  expect(conditionOf('RetentionPolicyApplied')).toMatchObject({ status: 'True', reason: 'RetentionApplied' })
  expect(conditionOf('Ready')).toMatchObject({ status: 'True', reason: 'Available' })
}, 120_000)
