import { afterEach, describe, expect, test } from '@jest/globals'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  REPOSITORIES,
  type RepositoryObject,
} from '../../runtime/controller/objects.js'
import { PODS } from '../../runtime/kube/resource.js'
import { manualSession } from '../behaviour/manual-session.js'
import { recordFigures } from '../faults/figures.js'
import { CannedLauncher } from './canned-launcher.js'
import type { SimulatedController } from './simulated-controller.js'
import { simulatedPolicy } from './simulated-policy.js'
import { SimulatedWorld } from './simulated-world.js'
import { VirtualClock } from './virtual-clock.js'

const namespace = 'shop'
const minute = 60_000

/** What one session may ask of the API server, whoever else is there. */
const sessionBudget = {
  // Where the pod runs that has the claim, for a claim that only one node can mount.
  'list pods': 1,
  'create jobs.batch': 1,
  // Attempt and Job before the Job is made; the Job’s uid; what its pod waits for; that it runs; the end.
  'update backupsessions.holdfast.dev/status': 5,
  // That there is a session; how it ended.
  'update backupconfigurations.holdfast.dev/status': 2,
  // When the last backup was.
  'update repositories.holdfast.dev/status': 1,
  'create events': 3,
}

/** What retention after it asks beside that. */
const maintenanceBudget = {
  'create jobs.batch': 1,
  'update repositories.holdfast.dev/status': 1,
  'delete jobs.batch': 1,
  // Which Job; what it did.
  'create events': 2,
}

/** A session made by hand is given its configuration as owner; one of a trigger has it. */
const adoption = { 'update backupsessions.holdfast.dev': 1 }

let world: SimulatedWorld
let controller: SimulatedController
afterEach(() => world.stop())

async function furnished(claims: readonly string[], forget?: string): Promise<void> {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1, 4))
  world = await SimulatedWorld.start({ launcher: ground => new CannedLauncher(ground), clock })
  const maintenance = forget === undefined ? {} : { maintenance: { forget: { interval: forget } } }
  await world.apply(
    ...simulatedPolicy({ namespace, claims, repository: { ...maintenance, maxConcurrentSessions: 20 } }),
  )
  controller = await world.startController()
  // The first session makes the repository, and the first maintenance checks and prunes it.
  await backup('data', 'first')
  await world.runUntil(() => repository()?.lastCheckTime !== undefined, { what: 'the first maintenance' })
  await world.clock.advance(2 * minute)
}

const repository = () => world.read<RepositoryObject>(REPOSITORIES, 'store', namespace)?.status

async function backup(configuration: string, name: string): Promise<void> {
  await world.apply(manualSession(namespace, configuration, name))
  const ended = () => world.read<BackupSessionObject>(BACKUP_SESSIONS, name, namespace)?.status?.phase
  await world.runUntil(() => ended() === 'Succeeded', { what: `the end of ${name}` })
}

/** The controller's requests while something happens and for two minutes after, by verb and resource. */
async function requestsOf(happening: () => Promise<unknown>): Promise<Record<string, number>> {
  const mark = world.sandbox.audit.length
  await happening()
  await world.clock.advance(2 * minute)
  const counts: Record<string, number> = {}
  for (const { verb, resource, userAgent } of world.sandbox.audit.slice(mark)) {
    if (userAgent !== controller.identity || verb === 'watch') continue
    const key = `${verb} ${resource}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

async function reconciles(): Promise<number> {
  const metric = await controller.service.controller.metrics.reconcileSeconds.get()
  const counts = metric.values.filter(({ metricName }) => metricName?.endsWith('_count'))
  return counts.reduce((sum, { value }) => sum + value, 0)
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0)

describe('requests to the API server', () => {
  test('a session makes exactly these, and none twice', async () => {
    await furnished(['data'], '720h')
    expect(await requestsOf(() => backup('data', 'second'))).toEqual({ ...sessionBudget, ...adoption })
    recordFigures('request-budget', { perSession: sum(sessionBudget), perMaintenance: sum(maintenanceBudget) })
  })

  test('retention after a session makes exactly these beside', async () => {
    await furnished(['data'])
    const both = await requestsOf(() => backup('data', 'second'))
    const session: Record<string, number> = { ...sessionBudget, ...adoption }
    const beside = Object.entries(both).map(([key, count]) => {
      return [key, count - (session[key] ?? 0)] as const
    })
    expect(Object.fromEntries(beside.filter(([, count]) => count > 0))).toEqual(maintenanceBudget)
  })

  test('a controller at rest makes none but a status for each hour that a recovery point gets older', async () => {
    await furnished(['data', 'other'])
    const counts = await requestsOf(() => world.clock.advance(3 * 60 * minute))
    const { 'update backupconfigurations.holdfast.dev/status': aged = 0, ...rest } = counts
    expect(aged).toBeLessThanOrEqual(3)
    // Each of the ten watched kinds is listed anew every 30 to 60 minutes, in case a watch lost something.
    expect(Object.keys(rest).filter(key => !key.startsWith('list '))).toEqual([])
    for (const [key, count] of Object.entries(rest)) expect([key, count <= 6]).toEqual([key, true])
  })

  test('a session costs the same beside forty configurations of its repository and their sessions', async () => {
    const others = Array.from({ length: 40 }, (_, index) => `other-${index}`)
    const cost = async (claims: readonly string[]) => {
      await furnished(claims, '720h')
      const running = claims.slice(1, 11)
      for (const name of running) await world.apply(manualSession(namespace, name, `${name}-long`))
      await world.runUntil(() => world.list(PODS, namespace).length >= running.length)
      for (const name of running) await endOf(`${name}-long`)
      await world.clock.advance(2 * minute)
      const before = await reconciles()
      const requests = await requestsOf(() => backup('data', 'second'))
      return { requests, reconciles: (await reconciles()) - before }
    }
    const alone = await cost(['data'])
    await world.stop()
    const among = await cost(['data', ...others])
    expect(among).toEqual(alone)
  })
})

async function endOf(name: string): Promise<void> {
  const phase = () => world.read<BackupSessionObject>(BACKUP_SESSIONS, name, namespace)?.status?.phase
  await world.runUntil(() => phase() === 'Succeeded', { what: `the end of ${name}` })
}
