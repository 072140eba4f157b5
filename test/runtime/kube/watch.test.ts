import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { KubeClient } from '../../../runtime/kube/client.js'
import { PODS } from '../../../runtime/kube/resource.js'
import type { WatchEvent } from '../../../runtime/kube/watch-event.js'
import { ScriptedServer, sendEvent } from '../scripted-server.js'
import { until } from '../until.js'
import { pod } from './pod-fixture.js'

let server: ScriptedServer
let client: KubeClient
beforeEach(async () => {
  server = await ScriptedServer.start(() => undefined)
  client = new KubeClient(server.endpoint)
})
afterEach(async () => {
  client.close()
  await server.close()
})

async function collect(events: AsyncIterable<WatchEvent>, seen: string[] = []): Promise<string[]> {
  for await (const event of events) seen.push(`${event.type} ${event.object.metadata.name}`)
  return seen
}

describe('a watch', () => {
  test('asks for bookmarks and delivers every event until the server ends it', async () => {
    server.answer = response => {
      sendEvent(response, 'ADDED', pod('a', 1))
      sendEvent(response, 'DELETED', pod('a', 2))
      response.end()
    }
    const query = { namespace: 'demo', resourceVersion: '5', timeoutSeconds: 300 }
    expect(await collect(client.watch(PODS, query))).toEqual(['ADDED a', 'DELETED a'])
    expect(Object.fromEntries(server.requests[0]?.query ?? [])).toEqual({
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion: '5',
      timeoutSeconds: '300',
    })
  })

  test('an ERROR event ends it with the error it carries', async () => {
    server.answer = response => sendEvent(response, 'ERROR', { kind: 'Status', code: 410, reason: 'Expired' })
    await expect(collect(client.watch(PODS))).rejects.toMatchObject({ status: 410, reason: 'Expired' })
  })

  test('a reset in the middle is an error after the events before it', async () => {
    server.answer = response => {
      sendEvent(response, 'ADDED', pod('a', 1))
      setTimeout(() => response.socket?.resetAndDestroy(), 5)
    }
    const seen: string[] = []
    await expect(collect(client.watch(PODS), seen)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(seen).toEqual(['ADDED a'])
  })

  test('a half-open connection is given up after the idle time', async () => {
    server.answer = response => sendEvent(response, 'ADDED', pod('a', 1))
    const seen: string[] = []
    await expect(collect(client.watch(PODS, { idleMs: 40 }), seen)).rejects.toThrow('not a byte within 0.04 s')
    expect(seen).toEqual(['ADDED a'])
  })

  test('the signal ends it at once, while it runs and while it is connecting', async () => {
    const running = new AbortController()
    server.answer = response => sendEvent(response, 'ADDED', pod('a', 1))
    const seen: string[] = []
    const watching = collect(client.watch(PODS, {}, running.signal), seen)
    await until(() => seen.length === 1)
    running.abort(new Error('stopped by the test'))
    await expect(watching).rejects.toThrow('stopped by the test')

    const connecting = new AbortController()
    let closed = false
    server.answer = response => response.on('close', () => (closed = true))
    const pending = collect(client.watch(PODS, {}, connecting.signal))
    await until(() => server.requests.length === 2)
    connecting.abort(new Error('stopped while connecting'))
    await expect(pending).rejects.toThrow('stopped while connecting')
    await until(() => closed, 'the connection closing')
  })

  test('leaving the loop closes the connection', async () => {
    let closed = false
    server.answer = response => {
      sendEvent(response, 'ADDED', pod('a', 1))
      response.on('close', () => (closed = true))
    }
    for await (const _ of client.watch(PODS)) break
    await until(() => closed, 'the connection closing')
  })

  test('ten watches do not keep a call waiting', async () => {
    server.answer = (response, request) => {
      if (request.query.has('watch')) response.writeHead(200).flushHeaders()
      else response.end(JSON.stringify(pod('a', 1)))
    }
    const stop = new AbortController()
    const watches = Array.from({ length: 10 }, () =>
      collect(client.watch(PODS, {}, stop.signal)).catch(() => undefined),
    )
    await until(() => server.requests.length === 10)
    expect((await client.withDeadline(500).get(PODS, 'a', 'demo')).metadata.name).toBe('a')
    stop.abort(new Error('done'))
    await Promise.all(watches)
  })
})
