import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ApiError, isAlreadyExists, isConflict, isNotFound } from '../../../runtime/kube/api-error.js'
import { KubeClient } from '../../../runtime/kube/client.js'
import { DeadlineError } from '../../../runtime/kube/deadline-error.js'
import { PODS } from '../../../runtime/kube/resource.js'
import { HastyClock } from '../hasty-clock.js'
import { type Answer, refuse, ScriptedServer, sendJson } from '../scripted-server.js'
import { pod, podList } from './pod-fixture.js'

let server: ScriptedServer
let client: KubeClient
let clock: HastyClock

beforeEach(async () => {
  server = await ScriptedServer.start(response => sendJson(response, 200, pod('web', 1)))
  clock = new HastyClock()
  client = new KubeClient(server.endpoint, { clock })
})
afterEach(async () => {
  client.close()
  await server.close()
})

/** The first request gets the first answer, the second the second; the last one stays. */
function answers(...script: Answer[]) {
  let at = 0
  server.answer = (response, request) => script[Math.min(at++, script.length - 1)]?.(response, request)
}

describe('calls to the API server', () => {
  test('an object comes back exactly as the server sent it, unknown fields included', async () => {
    const stored = pod('web', 1, { spec: { futureField: { deep: [1] } }, metadata: { futureMeta: true } })
    server.answer = response => sendJson(response, 200, stored)
    expect(await client.get(PODS, 'web', 'demo')).toEqual(stored)
  })

  test('calls one after another share one connection', async () => {
    for (let i = 0; i < 10; i++) await client.get(PODS, 'web', 'demo')
    expect(server.connections).toBe(1)
  })

  test('a list follows its pages, names their kind and ends with the version of the last page', async () => {
    const { apiVersion: _a, kind: _k, ...bare } = pod('b', 2)
    answers(
      response => sendJson(response, 200, podList(7, [pod('a', 1)], 'next/page=')),
      response => sendJson(response, 200, { metadata: { resourceVersion: '9' }, items: [bare] }),
    )
    const list = await client.list(PODS, { namespace: 'demo', labelSelector: 'app in (a,b)' })
    expect(list.resourceVersion).toBe('9')
    expect(list.items.map(item => [item.kind, item.apiVersion, item.metadata.name])).toEqual([
      ['Pod', 'v1', 'a'],
      ['Pod', 'v1', 'b'],
    ])
    expect(server.requests.map(request => request.query.get('continue'))).toEqual([null, 'next/page='])
    expect(server.requests[1]?.query.get('labelSelector')).toBe('app in (a,b)')
  })

  test('writes go to the right place with the right content type', async () => {
    const object = pod('web', 5)
    await client.create(PODS, object)
    await client.replace(PODS, object)
    await client.replaceStatus(PODS, object)
    await client.mergePatch(PODS, 'web', 'demo', { metadata: { labels: { a: null } } })
    await client.delete(PODS, 'web', 'demo', { uid: 'uid-web', propagationPolicy: 'Foreground' })
    expect(server.requests.map(({ method, path, headers }) => [method, path, headers['content-type']])).toEqual([
      ['POST', '/api/v1/namespaces/demo/pods', 'application/json'],
      ['PUT', '/api/v1/namespaces/demo/pods/web', 'application/json'],
      ['PUT', '/api/v1/namespaces/demo/pods/web/status', 'application/json'],
      ['PATCH', '/api/v1/namespaces/demo/pods/web', 'application/merge-patch+json'],
      ['DELETE', '/api/v1/namespaces/demo/pods/web', 'application/json'],
    ])
    expect(server.requests[4]?.body).toMatchObject({
      preconditions: { uid: 'uid-web' },
      propagationPolicy: 'Foreground',
    })
  })
})

test('a status is sent with nothing but what says whose it is', async () => {
  await client.replaceStatus(PODS, { ...pod('web', 5), spec: { nodeName: 'node1' }, status: { phase: 'Running' } })
  expect(server.requests[0]?.body).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'demo', uid: 'uid-web', resourceVersion: '5' },
    status: { phase: 'Running' },
  })
})

describe('refusals', () => {
  test('a refusal names the call, the status and the server’s reason', async () => {
    server.answer = response => refuse(response, 403, 'Forbidden')
    const error = await client.get(PODS, 'web', 'demo').catch(e => e)
    expect(error).toBeInstanceOf(ApiError)
    expect(error.message).toBe('GET /api/v1/namespaces/demo/pods/web: 403 Forbidden: said Forbidden')
  })

  test('not found, conflict and already exists are told apart', async () => {
    server.answer = response => refuse(response, 404, 'NotFound')
    expect(await client.tryGet(PODS, 'web', 'demo')).toBeUndefined()
    expect(isNotFound(await client.get(PODS, 'web', 'demo').catch(e => e))).toBe(true)
    server.answer = response => refuse(response, 409, 'Conflict')
    expect(isConflict(await client.replace(PODS, pod('web', 1)).catch(e => e))).toBe(true)
    server.answer = response => refuse(response, 409, 'AlreadyExists')
    const error = await client.create(PODS, pod('web', 1)).catch(e => e)
    expect([isAlreadyExists(error), isConflict(error)]).toEqual([true, false])
  })

  test('an answer in plain text from a proxy is quoted', async () => {
    server.answer = response => response.writeHead(502).end('upstream is down')
    await expect(client.create(PODS, pod('web', 1))).rejects.toThrow('502 HTTP502: upstream is down')
  })

  test('an answer that is not JSON says so', async () => {
    server.answer = response => response.end('<html>')
    await expect(client.get(PODS, 'web', 'demo')).rejects.toThrow('the answer is not JSON')
  })
})

describe('a busy or broken server', () => {
  const ok: Answer = response => sendJson(response, 200, pod('web', 1))
  const reset: Answer = response => response.socket?.resetAndDestroy()

  test('a read waits as long as Retry-After asks and then succeeds', async () => {
    answers(response => refuse(response, 429, 'TooManyRequests', { 'retry-after': '7' }), ok)
    await client.get(PODS, 'web', 'demo')
    expect(clock.waits).toEqual([7000])
  })

  test('a read survives 503 and a reset connection', async () => {
    answers(response => refuse(response, 503, 'ServiceUnavailable'), reset, ok)
    expect((await client.get(PODS, 'web', 'demo')).metadata.name).toBe('web')
    expect(server.requests).toHaveLength(3)
  })

  test('a read that fails again and again is given up after four attempts', async () => {
    server.answer = response => refuse(response, 503, 'ServiceUnavailable')
    await expect(client.get(PODS, 'web', 'demo')).rejects.toMatchObject({ status: 503 })
    expect(server.requests).toHaveLength(4)
  })

  test('a write is made once: nobody knows whether a lost answer means a lost write', async () => {
    server.answer = reset
    await expect(client.create(PODS, pod('web', 1))).rejects.toMatchObject({ code: 'ECONNRESET' })
    server.answer = response => refuse(response, 429, 'TooManyRequests', { 'retry-after': '1' })
    await expect(client.replace(PODS, pod('web', 1))).rejects.toMatchObject({ status: 429, retryAfterSeconds: 1 })
    expect(server.requests).toHaveLength(2)
  })

  test('a server that never answers meets the deadline, before and after its headers', async () => {
    const hasty = client.withDeadline(30)
    server.answer = () => undefined
    await expect(hasty.get(PODS, 'web', 'demo')).rejects.toThrow(DeadlineError)
    server.answer = response => response.writeHead(200).write('{"kind":')
    await expect(hasty.get(PODS, 'web', 'demo')).rejects.toThrow(
      'GET /api/v1/namespaces/demo/pods/web: no answer within 0.03 s',
    )
    expect(server.requests).toHaveLength(2)
  })

  test('a body cut off in the middle is a broken connection, not a short object', async () => {
    server.answer = response => {
      response.writeHead(200, { 'content-length': '100' }).write('{"kind":"Pod"}')
      setTimeout(() => response.destroy(), 5)
    }
    await expect(client.withDeadline(1000, 1).get(PODS, 'web', 'demo')).rejects.toMatchObject({ code: 'ECONNRESET' })
  })
})
