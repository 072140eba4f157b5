import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { isConflict, isNotFound } from '../../runtime/kube/api-error.js'
import { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { NAMESPACES, PODS } from '../../runtime/kube/resource.js'
import type { WatchEvent } from '../../runtime/kube/watch-event.js'
import { CannedLauncher } from './canned-launcher.js'
import type { DirectTransport } from './direct-transport.js'
import { SimulatedWorld } from './simulated-world.js'

let world: SimulatedWorld
let transport: DirectTransport
let client: KubeClient

beforeEach(async () => {
  world = await SimulatedWorld.start({ launcher: ground => new CannedLauncher(ground) })
  transport = world.ground.connect('subject')
  client = new KubeClient(transport, { clock: world.clock, random: world.ground.random })
})
afterEach(() => world.stop())

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
const exists = (name: string) => world.read(NAMESPACES, name) !== undefined
const creation = (name: string) => client.create(NAMESPACES, namespace(name))

/** What became of a promise, without waiting for it. */
function fateOf(promise: Promise<unknown>): { state: string } {
  const fate = { state: 'pending' }
  promise.then(
    () => {
      fate.state = 'fulfilled'
    },
    error => {
      fate.state = String(error)
    },
  )
  return fate
}

describe('a connection without a socket', () => {
  test('shares no object with the API: what a caller changes stays its own', async () => {
    const made = await creation('shop')
    made.metadata.labels = { changed: 'yes' }
    expect(world.read(NAMESPACES, 'shop')?.metadata.labels).not.toHaveProperty('changed')
  })

  test('turns refusals into the same errors as HTTP', async () => {
    const refused = await client.get(NAMESPACES, 'absent').catch(error => error)
    expect(isNotFound(refused)).toBe(true)
    expect(refused.message).toBe('GET /api/v1/namespaces/absent: 404 NotFound: namespaces "absent" not found')
    const made = await creation('shop')
    await client.replace(NAMESPACES, { ...made, metadata: { ...made.metadata, labels: { a: 'b' } } })
    expect(isConflict(await client.replace(NAMESPACES, made).catch(error => error))).toBe(true)
  })

  test('carries out nothing of a process that died, whether sent or waiting at the API', async () => {
    const sent = fateOf(creation('sent'))
    transport.sever()
    await world.clock.settle()
    expect(exists('sent')).toBe(false)
    expect(sent.state).toBe('pending')

    transport = world.ground.connect('second')
    client = new KubeClient(transport, { clock: world.clock })
    world.sandbox.injectFaults((_, userAgent) => (userAgent === 'second' ? { delay: 1000 } : undefined))
    const waiting = fateOf(creation('waiting'))
    await world.clock.advance(500)
    transport.sever()
    await world.clock.advance(60_000)
    expect(exists('waiting')).toBe(false)
    expect(waiting.state).toBe('pending')
  })

  test('lets an answer be lost after its write was carried out', async () => {
    world.sandbox.injectFaults(({ verb }) => (verb === 'create' ? 'lose' : undefined))
    await expect(creation('shop')).rejects.toThrow('ECONNRESET')
    expect(exists('shop')).toBe(true)
  })

  test('resets before a write, and repeats a read on its own', async () => {
    let resets = 0
    world.sandbox.injectFaults(({ verb }) => (verb === 'create' || resets++ < 2 ? 'reset' : undefined))
    await expect(creation('shop')).rejects.toThrow('ECONNRESET')
    expect(exists('shop')).toBe(false)
    resets = 0
    await world.clock.run(client.list(NAMESPACES))
    expect(resets).toBe(3)
  })

  test('respects Retry-After on the virtual clock', async () => {
    let refusals = 0
    const busy = { code: 429, retryAfter: 7 }
    world.sandbox.injectFaults((_, userAgent) => (userAgent === 'subject' && refusals++ === 0 ? busy : undefined))
    const before = world.clock.now()
    await world.clock.run(client.list(NAMESPACES))
    expect(world.clock.now() - before).toBe(7000)
  })

  test('gives up at its deadline, and what hung until then is not carried out later', async () => {
    world.sandbox.injectFaults(({ verb }) => (verb === 'create' ? 'hang' : undefined))
    const before = world.clock.now()
    await expect(world.clock.run(creation('shop'))).rejects.toThrow('no answer within 30 s')
    expect(world.clock.now() - before).toBe(30_000)
    world.sandbox.resumeApi()
    await world.clock.advance(60_000)
    expect(exists('shop')).toBe(false)
  })

  test('streams a watch, ends it after silence, and tells the API when it goes', async () => {
    const events: WatchEvent[] = []
    const watching = (async () => {
      const query = { resourceVersion: '1', idleMs: 90_000 }
      for await (const event of client.watch(PODS, query)) events.push(event)
    })()
    await world.clock.advance(150_000)
    expect(events.map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK'])
    expect(transport.inFlight).toBe(1)
    world.sandbox.dropConnections()
    await expect(world.clock.run(watching)).rejects.toThrow('ECONNRESET')
    expect(transport.inFlight).toBe(0)
  })
})
