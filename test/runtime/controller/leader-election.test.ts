import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { LeaderElection } from '../../../runtime/controller/leader-election.js'
import { KubeClient } from '../../../runtime/kube/client.js'
import { ManualClock } from '../manual-clock.js'
import { ScriptedServer } from '../scripted-server.js'
import { until } from '../until.js'
import { LeaseServer } from './lease-server.js'

let clock: ManualClock
let leases: LeaseServer
let server: ScriptedServer
let client: KubeClient
let told: string[]
let candidates: LeaderElection[]
let stopped: number
const retryMs = 2000

beforeEach(async () => {
  clock = new ManualClock()
  leases = new LeaseServer()
  server = await ScriptedServer.start((response, request) => leases.answer(response, request))
  client = new KubeClient(server.endpoint)
  told = []
  candidates = []
  stopped = 0
})
afterEach(async () => {
  for (const candidate of candidates) await candidate.stop()
  client.close()
  await server.close()
})

function candidate(identity: string): LeaderElection {
  const election = new LeaderElection(client, {
    namespace: 'system',
    name: 'lead',
    identity,
    labels: { release: identity },
    clock,
    random: () => 0,
    onElected: () => told.push(`${identity} elected`),
    onLost: () => told.push(`${identity} lost`),
    onError: () => undefined,
  })
  candidates.push(election)
  election.start()
  return election
}

/** Every candidate that still runs has ended its try and waits for the next one: nothing hangs on how fast calls are. */
async function rest() {
  const lost = told.filter(each => each.endsWith(' lost')).length
  await until(() => clock.waiting(retryMs) >= candidates.length - stopped - lost)
}

/** Moves time in steps of the retry period and lets the calls of each step end. */
async function pass(seconds: number) {
  for (let done = 0; done < seconds; done += 2) {
    await clock.advance(retryMs)
    await rest()
  }
}
const begin = rest

describe('leader election', () => {
  test('the first candidate creates the Lease and renews it', async () => {
    const a = candidate('a')
    await begin()
    const { renewTime } = leases.spec
    await pass(6)
    expect([a.isLeader(), told]).toEqual([true, ['a elected']])
    expect(leases.spec).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 })
    expect(leases.spec['renewTime']).not.toBe(renewTime)
    expect(leases.spec['acquireTime']).toBe('2026-01-01T00:00:00.000000Z')
  })

  test('a second candidate waits while the first renews, and takes over at once when it steps down', async () => {
    const a = candidate('a')
    await begin()
    const b = candidate('b')
    await pass(30)
    expect([a.isLeader(), b.isLeader()]).toEqual([true, false])
    await a.stop()
    stopped++
    expect(leases.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 })
    await pass(2)
    expect([a.isLeader(), b.isLeader(), told]).toEqual([false, true, ['a elected', 'b elected']])
    expect(leases.spec['leaseTransitions']).toBe(1)
  })

  test('the Lease says what its leader says about itself, and keeps what others wrote on it', async () => {
    leases.store({ holderIdentity: 'b', leaseDurationSeconds: 15 }, { release: 'b', cost: 'platform' })
    candidate('a')
    await begin()
    expect(leases.lease?.metadata.labels).toEqual({ release: 'b', cost: 'platform' })
    await pass(16)
    expect(leases.lease?.metadata.labels).toEqual({ release: 'a', cost: 'platform' })
  })

  test('a dead holder’s Lease is taken after it stood unchanged for its duration, whatever its timestamps say', async () => {
    leases.store({ holderIdentity: 'dead', leaseDurationSeconds: 15, renewTime: '1999-01-01T00:00:00.000000Z' })
    const b = candidate('b')
    await begin()
    await pass(14)
    expect(b.isLeader()).toBe(false)
    await pass(2)
    expect(b.isLeader()).toBe(true)
  })

  test('a leader that cannot renew stops acting at the deadline, before another can take over', async () => {
    const a = candidate('a')
    await begin()
    leases.broken = true
    await pass(8)
    expect(a.isLeader()).toBe(true)
    await pass(2)
    expect([a.isLeader(), told]).toEqual([false, ['a elected', 'a lost']])
    leases.broken = false
    await pass(10)
    expect(a.isLeader()).toBe(false)
  })

  test('a leader whose process stood still does not act on its old renewal', async () => {
    const a = candidate('a')
    await begin()
    const { now } = clock
    clock.now = () => now.call(clock) + 10_001
    expect(a.isLeader()).toBe(false)
  })

  test('a leader that finds another in its Lease has lost at once', async () => {
    const a = candidate('a')
    await begin()
    leases.store({ holderIdentity: 'usurper', leaseDurationSeconds: 15 })
    await pass(2)
    expect([a.isLeader(), told]).toEqual([false, ['a elected', 'a lost']])
  })

  test('stepping down leaves a Lease that belongs to another alone', async () => {
    const a = candidate('a')
    await begin()
    leases.store({ holderIdentity: 'other', leaseDurationSeconds: 15 })
    await a.stop()
    stopped++
    expect(leases.spec['holderIdentity']).toBe('other')
  })
})
