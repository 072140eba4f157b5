import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { version } from '../../lib/version.js'
import { LEASES } from '../../runtime/kube/resource.js'
import { CannedLauncher } from './canned-launcher.js'
import { SimulatedWorld } from './simulated-world.js'

let world: SimulatedWorld
beforeEach(async () => {
  world = await SimulatedWorld.start({ launcher: ground => new CannedLauncher(ground) })
})
afterEach(() => world.stop())

function holder(): unknown {
  const spec = world.read(LEASES, 'holdfast-controller', 'holdfast-system')?.['spec']
  return (spec as { holderIdentity?: string } | undefined)?.holderIdentity
}

test('the leader says on its Lease of which release it is, for `holdfast version --check`', async () => {
  const { service } = await world.startController({ leaderElection: true })
  await world.runUntil(() => service.leads)
  const lease = world.read(LEASES, 'holdfast-controller', 'holdfast-system')
  expect(lease?.metadata.labels).toEqual({ 'app.kubernetes.io/version': version })
})

describe('two controllers', () => {
  test('lead one after the other: the second waits until the Lease of a dead first has expired', async () => {
    const first = await world.startController({ leaderElection: true })
    await world.runUntil(() => first.service.leads)
    const second = await world.startController({ leaderElection: true })
    await world.clock.advance(120_000)
    expect([first.service.leads, second.service.leads]).toEqual([true, false])

    first.crash()
    const died = world.clock.now()
    await world.runUntil(() => second.service.leads)
    expect(holder()).toBe(second.identity)
    expect(world.clock.now() - died).toBeGreaterThanOrEqual(12_000)
    expect(world.clock.now() - died).toBeLessThan(20_000)
  })

  test('hand over at once when the first is told to stop', async () => {
    const first = await world.startController({ leaderElection: true })
    await world.runUntil(() => first.service.leads)
    const second = await world.startController({ leaderElection: true })
    await world.clock.advance(10_000)
    await first.stop()
    const stopped = world.clock.now()
    await world.runUntil(() => second.service.leads)
    expect(world.clock.now() - stopped).toBeLessThan(3000)
  })

  test('never lead together: one that cannot renew its Lease ends before the other may take it', async () => {
    const first = await world.startController({ leaderElection: true })
    await world.runUntil(() => first.service.leads)
    const second = await world.startController({ leaderElection: true })
    world.sandbox.injectFaults((_, userAgent) => (userAgent === `${first.identity}-lease` ? 'hang' : undefined))
    await world.runUntil(() => {
      expect([first, second].filter(({ service }) => service.leads).length).toBeLessThan(2)
      return second.service.leads
    })
    expect(first.state).toBe('crashed')
  })
})
