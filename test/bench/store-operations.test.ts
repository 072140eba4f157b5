import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { kindOf, noOperations, type Operations } from '../../bench/store-operations/operation.js'
import { reckonedRequests } from '../../bench/store-operations/reckoned.js'
import { RecordingProxy } from '../../bench/store-operations/recording-proxy.js'
import type { Requests } from '../../lib/retention/requests.js'
import { type OperationResults, operationsMarkdown } from '../../scripts/operations-page.js'
import { root } from '../../scripts/tools.mjs'
import { certificateFor } from '../behaviour/certificate.js'

const results = JSON.parse(readFileSync(join(root, 'bench/results/store-operations.json'), 'utf8')) as OperationResults

test.each([
  ['GET', '/backups/store/keys/abc', 'GET'],
  ['GET', '/backups/?list-type=2&prefix=store%2Fkeys%2F', 'LIST'],
  ['GET', '/backups/?location=', 'GET'],
  ['HEAD', '/backups/store/config', 'HEAD'],
  ['PUT', '/backups/store/data/ab/abc', 'PUT'],
  ['POST', '/backups/store/data/ab/abc?uploads=', 'PUT'],
  ['DELETE', '/backups/store/locks/abc', 'DELETE'],
])('%s %s is priced as a %s', (method, url, kind) => {
  expect(kindOf(method, url)).toBe(kind)
})

describe('the recording proxy', () => {
  let folder: string
  let store: Server
  let proxy: RecordingProxy
  let authority: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-proxy-'))
    store = createServer((incoming, outgoing) => {
      incoming.resume().on('end', () => {
        const said = `${incoming.method} ${incoming.headers.host}`
        outgoing.writeHead(incoming.method === 'DELETE' ? 404 : 200, { 'x-said': said }).end('answer')
      })
    })
    await new Promise<void>(resolve => store.listen(0, '127.0.0.1', resolve))
    const certificate = await certificateFor('127.0.0.1', folder)
    authority = certificate.authority
    proxy = await RecordingProxy.start(certificate, (store.address() as AddressInfo).port)
  })
  afterAll(async () => {
    proxy.stop()
    store.close()
    await rm(folder, { recursive: true })
  })

  const send = (method: string, path: string, body = '') =>
    new Promise<{ status: number; said: unknown; text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(proxy.endpoint)
      const call = request({ hostname, port, path, method, ca: authority, agent: false }, answer => {
        let text = ''
        answer.on('data', chunk => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, said: answer.headers['x-said'], text }))
      })
      call.on('error', reject)
      call.end(body)
    })

  test('passes everything on as it came, and counts it until it is asked', async () => {
    const host = proxy.endpoint.replace('https://', '')
    expect(await send('PUT', '/b/x', 'twelve bytes')).toEqual({ status: 200, said: `PUT ${host}`, text: 'answer' })
    expect((await send('DELETE', '/b/x')).status).toBe(404)
    await send('GET', '/b/?list-type=2')
    expect(proxy.take()).toEqual({ ...noOperations, PUT: 1, DELETE: 1, LIST: 1, sent: 12, received: 18 })
    expect(proxy.take()).toEqual(noOperations)
  })
})

const countedAs = ({ PUT, GET, LIST, HEAD }: Operations): Requests => ({ puts: PUT, gets: GET + HEAD, lists: LIST })

/** The classes in which the expected requests are not the counted ones. */
function unlike(counted: Requests, expected: Requests): string[] {
  return (['puts', 'gets', 'lists'] as const)
    .filter(each => Math.abs(counted[each] - expected[each]) > Math.max(3, counted[each] / 4))
    .map(each => `${each}: ${counted[each]} counted, ${expected[each]} expected`)
}

describe('what the flows were counted to ask for', () => {
  const flows = results.flows.flatMap(({ flow, operations, reckoned }) =>
    reckoned === undefined ? [] : [{ flow, counted: countedAs(operations), reckoned }],
  )

  test('four commands were reckoned, of few snapshots and of many', () => {
    expect(new Set(flows.map(({ reckoned }) => reckoned.command))).toEqual(
      new Set(['session', 'forget', 'check', 'prune']),
    )
    const sessions = flows.filter(({ reckoned }) => reckoned.command === 'session')
    expect(Math.max(...sessions.map(({ reckoned }) => reckoned.shape.snapshots))).toBeGreaterThan(20)
  })

  test.each(flows)('$flow: `holdfast retention` expects them within a quarter, or three', ({ counted, reckoned }) => {
    expect(unlike(counted, reckonedRequests(reckoned))).toEqual([])
  })

  // Otherwise a wrong price of one snapshot would hide behind what every command asks for.
  test('each further snapshot costs a session what it was counted to cost', () => {
    const [few, many] = [2, 24].map(count => {
      const found = flows.find(each => each.reckoned.command === 'session' && each.reckoned.shape.snapshots === count)
      if (found === undefined) throw new Error(`no session with ${count} snapshots was recorded`)
      return { counted: found.counted.gets, expected: reckonedRequests(found.reckoned).gets }
    })
    const slope = (of: 'counted' | 'expected') => ((many?.[of] ?? 0) - (few?.[of] ?? 0)) / 22
    expect(slope('expected')).toBeCloseTo(slope('counted'), 1)
  })

  test('an unchanged backup sends next to nothing, and no flow but retention and prune removes more than its lock', () => {
    const of = (flow: string) => results.flows.find(each => each.flow === flow)?.operations ?? noOperations
    expect(of('backup, nothing changed').sent).toBeLessThan(16 * 1024)
    for (const { flow, operations } of results.flows) expect(operations.DELETE > 1).toBe(/^retention|^prune/.test(flow))
  })

  test('the page shows every flow', () => {
    for (const { flow } of results.flows) expect(operationsMarkdown(results)).toContain(`| ${flow} |`)
  })
})
