import { afterEach, describe, expect, test } from '@jest/globals'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  REPOSITORIES,
  type RepositoryObject,
} from '../../runtime/controller/objects.js'
import { JOBS } from '../../runtime/kube/resource.js'
import { CannedLauncher } from './canned-launcher.js'
import { simulatedPolicy } from './simulated-policy.js'
import { SimulatedWorld } from './simulated-world.js'
import { VirtualClock } from './virtual-clock.js'

const day = 86_400_000
const namespace = 'shop'

let world: SimulatedWorld
afterEach(() => world.stop())

async function furnished(seed = 1): Promise<SimulatedWorld> {
  // Ten minutes before the policy is due.
  const clock = new VirtualClock(Date.UTC(2026, 0, 1, 2, 50))
  world = await SimulatedWorld.start({ launcher: ground => new CannedLauncher(ground), seed, clock })
  await world.apply(...simulatedPolicy({ namespace }))
  return world
}

const session = () => world.list<BackupSessionObject>(BACKUP_SESSIONS, namespace)[0]
const hasEnded = () => session()?.status?.completionTime !== undefined
const maintained = () => world.read<RepositoryObject>(REPOSITORIES, 'store', namespace)?.status?.lastForgetTime

/** What is left at the end, without what differs between two incarnations of a controller. */
function endState() {
  const { status } = session() ?? {}
  const repository = world.read<RepositoryObject>(REPOSITORIES, 'store', namespace)?.status
  return {
    phase: status?.phase,
    attempt: status?.attempt,
    targets: status?.targets,
    repository: repository?.id,
    jobs: world.list(JOBS, namespace).length,
    groups: world.pushgateway.groupings(),
  }
}

describe('the whole system on a virtual clock', () => {
  test('runs the backup of a CronJob to its end, retention included', async () => {
    await furnished()
    await world.startController()
    await world.runUntil(hasEnded, { withinMs: day, what: 'the end of the session' })
    expect(session()?.status?.phase).toBe('Succeeded')
    expect(world.clock.date().toISOString()).toMatch(/^2026-01-01T03:00:/)
    await world.runUntil(() => maintained() !== undefined, { what: 'maintenance' })
    expect(world.pushgateway.groupings()).toHaveLength(2)
  })

  test('ends the same when the controller is killed in mid-flow and a new one takes over', async () => {
    await furnished()
    await world.startController()
    await world.runUntil(hasEnded, { withinMs: day })
    await world.runUntil(() => maintained() !== undefined)
    const uninterrupted = endState()
    await world.stop()

    await furnished()
    const first = await world.startController()
    await world.runUntil(() => session()?.status?.phase === 'Running', { withinMs: day })
    first.crash()
    const heard = world.sandbox.audit.filter(({ userAgent }) => userAgent === first.identity).length
    await world.clock.advance(60_000)
    expect(hasEnded()).toBe(false)
    expect(world.sandbox.audit.filter(({ userAgent }) => userAgent === first.identity)).toHaveLength(heard)
    await world.startController()
    await world.runUntil(hasEnded)
    await world.runUntil(() => maintained() !== undefined)
    expect(endState()).toEqual(uninterrupted)
  })

  test('lets a controller that has lost the cluster say so after ten minutes, and not before', async () => {
    await furnished()
    const { controller } = await world.startController()
    world.sandbox.pauseApi()
    await world.clock.advance(9 * 60_000)
    expect(controller.dead()).toEqual([])
    await world.clock.advance(2 * 60_000)
    expect(controller.dead()).toHaveLength(10)
    world.sandbox.resumeApi()
    await world.clock.advance(2 * 60_000)
    expect(controller.dead()).toEqual([])
  })

  test('does the same requests at the same times in every run with the same seed', async () => {
    const audits: unknown[] = []
    for (let run = 0; run < 2; run++) {
      await furnished(7)
      await world.startController({ leaderElection: true })
      await world.runUntil(hasEnded, { withinMs: day })
      await world.clock.advance(600_000)
      audits.push(world.sandbox.audit)
      if (run === 0) await world.stop()
    }
    expect(audits[1]).toEqual(audits[0])
  })
})
