import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Counter, Registry } from 'prom-client'
import { HttpServer } from '../../../runtime/controller/http-server.js'

let server: HttpServer
let live: string[]
let ready: string[]
const registry = new Registry()
new Counter({ name: 'holdfast_test_total', help: 'A test.', registers: [registry] }).inc()

beforeEach(async () => {
  live = []
  ready = []
  const checks = { healthz: () => live, readyz: () => ready }
  server = await HttpServer.listen({ port: 0, host: '127.0.0.1', registry, ...checks })
})
afterEach(() => server.close())

async function get(path: string, method = 'GET'): Promise<[number, string]> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method })
  return [response.status, await response.text()]
}

describe('the controller’s HTTP server', () => {
  test('liveness and readiness are told apart and name what is wrong', async () => {
    ready = ['reflector of jobs has not synced', 'not leader']
    expect(await get('/healthz')).toEqual([200, 'ok\n'])
    expect(await get('/readyz?verbose')).toEqual([503, 'reflector of jobs has not synced\nnot leader\n'])
    live = ['event loop stalled']
    expect(await get('/healthz')).toEqual([503, 'event loop stalled\n'])
  })

  test('metrics are in the format Prometheus reads', async () => {
    const [status, body] = await get('/metrics')
    expect([status, body]).toEqual([200, expect.stringContaining('holdfast_test_total 1')])
  })

  test('anything else is refused', async () => {
    expect((await get('/secret'))[0]).toBe(404)
    expect((await get('/metrics', 'POST'))[0]).toBe(405)
  })

  test('metrics that cannot be made are an answer of their own, and somebody is told', async () => {
    const told: unknown[] = []
    const broken = new Registry()
    broken.metrics = () => Promise.reject(new Error('no metrics'))
    const checks = { healthz: () => [], readyz: () => [], onError: (error: unknown) => void told.push(error) }
    const other = await HttpServer.listen({ port: 0, host: '127.0.0.1', registry: broken, ...checks })
    const response = await fetch(`http://127.0.0.1:${other.port}/metrics`)
    await other.close()
    expect(response.status).toBe(500)
    expect(told).toEqual([new Error('no metrics')])
  })

  test('a port that is taken is an error, not a crash', async () => {
    const checks = { healthz: () => [], readyz: () => [] }
    const second = HttpServer.listen({ port: server.port, host: '127.0.0.1', registry, ...checks })
    await expect(second).rejects.toThrow('EADDRINUSE')
  })
})
