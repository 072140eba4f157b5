import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { KubeClient } from '../../../runtime/kube/client.js'
import { Reflector } from '../../../runtime/kube/reflector.js'
import { PODS } from '../../../runtime/kube/resource.js'
import { HastyClock } from '../hasty-clock.js'
import { type Answer, refuse, ScriptedServer, sendEvent, sendJson } from '../scripted-server.js'
import { until } from '../until.js'
import { pod, podList } from './pod-fixture.js'

let server: ScriptedServer
let client: KubeClient
let clock: HastyClock
let reflector: Reflector
let told: string[]
let errors: unknown[]

beforeEach(async () => {
  told = []
  errors = []
  clock = new HastyClock()
  server = await ScriptedServer.start(() => undefined)
  client = new KubeClient(server.endpoint, { readAttempts: 1 })
  reflector = new Reflector(client, PODS, {
    clock,
    idleMs: 40,
    onChange: ({ type, object }) => told.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`),
    onError: error => errors.push(error),
  })
})
afterEach(async () => {
  await reflector.stop()
  client.close()
  await server.close()
})

/** Every list answers version 10 with pod a; the watches follow the script, and the last one delivers pod b. */
function afterWatches(...faults: Answer[]) {
  let watch = 0
  server.answer = (response, request) => {
    if (!request.query.has('watch')) return sendJson(response, 200, podList(10, [pod('a', 5)]))
    const fault = faults[watch++]
    if (fault) return fault(response, request)
    return sendEvent(response, 'ADDED', pod('b', 12))
  }
  reflector.start()
}

describe('a reflector whose watch is troubled still learns of the next change', () => {
  const faults: Record<string, Answer> = {
    'busy with 503': response => refuse(response, 503, 'ServiceUnavailable'),
    'expired with an HTTP 410': response => refuse(response, 410, 'Expired'),
    'expired with an ERROR event': response => sendEvent(response, 'ERROR', { code: 410, reason: 'Expired' }),
    'broken with an ERROR event': response => sendEvent(response, 'ERROR', { code: 500, reason: 'InternalError' }),
    'reset before its headers': response => response.socket?.resetAndDestroy(),
    'reset after an event': response => {
      sendEvent(response, 'MODIFIED', pod('a', 11))
      setTimeout(() => response.socket?.resetAndDestroy(), 2)
    },
    'half-open': response => response.writeHead(200).flushHeaders(),
    'closed at once': response => response.end(),
    'talking nonsense': response => response.end('<html>\n'),
  }
  test.each(Object.keys(faults))('%s', async fault => {
    const answer = faults[fault] as Answer
    afterWatches(answer, answer)
    await until(() => told.includes('added b@12'))
    expect(reflector.reconnects).toBeGreaterThanOrEqual(2)
    expect(told.filter(line => line.startsWith('added a'))).toHaveLength(1)
  })

  test('refused with 429: it waits as long as Retry-After asks', async () => {
    afterWatches(response => refuse(response, 429, 'TooManyRequests', { 'retry-after': '9' }))
    await until(() => told.includes('added b@12'))
    expect(clock.waits).toEqual([9000])
  })

  test('only an expired version makes it list again', async () => {
    afterWatches(response => response.socket?.resetAndDestroy())
    await until(() => told.includes('added b@12'))
    expect(reflector.relists).toBe(1)
  })

  test('its pauses grow to thirty seconds at most', async () => {
    afterWatches(...Array<Answer>(8).fill(response => refuse(response, 500, 'InternalError')))
    await until(() => told.includes('added b@12'))
    expect(clock.waits[0]).toBeLessThanOrEqual(800)
    expect(clock.waits[7]).toBeGreaterThanOrEqual(15_000)
    expect(Math.max(...clock.waits)).toBeLessThanOrEqual(30_000)
  })
})

describe('a server whose view goes back in time', () => {
  test('an old event does not overwrite a newer object, nor the version to go on from', async () => {
    afterWatches(response => {
      sendEvent(response, 'MODIFIED', pod('a', 20))
      sendEvent(response, 'MODIFIED', pod('a', 15))
      response.end()
    })
    await until(() => told.includes('added b@12'))
    expect(told).toEqual(['added a@5', 'updated a@20', 'added b@12'])
    expect(server.requests.at(-1)?.query.get('resourceVersion')).toBe('20')
  })

  test('an older list is refused, until it has been repeated so often that the store itself was restored', async () => {
    let lists = 0
    server.answer = (response, request) => {
      if (request.query.has('watch')) {
        if (reflector.relists === 1) return refuse(response, 410, 'Expired')
        return response.writeHead(200).flushHeaders()
      }
      lists++
      sendJson(response, 200, lists === 1 ? podList(100, [pod('a', 90)]) : podList(50, []))
    }
    reflector.start()
    await until(() => told.includes('deleted a@90'))
    expect(lists).toBe(6)
    expect(errors).toHaveLength(4)
  })

  test('pages that expire on the way are replaced by one complete list', async () => {
    server.answer = (response, request) => {
      if (request.query.has('watch')) response.writeHead(200).flushHeaders()
      else if (request.query.has('continue')) refuse(response, 410, 'Expired')
      else if (request.query.has('limit')) sendJson(response, 200, podList(7, [pod('a', 1)], 'old'))
      else sendJson(response, 200, podList(9, [pod('a', 1), pod('b', 2)]))
    }
    reflector.start()
    await reflector.synced
    expect(told).toEqual(['added a@1', 'added b@2'])
  })
})
