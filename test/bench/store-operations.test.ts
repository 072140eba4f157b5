import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { kindOf, noOperations } from '../../bench/store-operations/operation.js'
import { RecordingProxy } from '../../bench/store-operations/recording-proxy.js'
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

describe('what the flows were counted to ask for', () => {
  const reckoned = results.flows.flatMap(({ flow, operations, estimate }) =>
    estimate === undefined ? [] : [{ flow, operations, estimate }],
  )

  test.each(reckoned)('$flow: the estimate is within a third of it, or three requests', ({ operations, estimate }) => {
    const { PUT, LIST, GET, HEAD } = operations
    for (const [counted, expected] of [
      [PUT, estimate.puts],
      [LIST, estimate.lists],
      [GET + HEAD, estimate.gets],
    ] as const)
      expect(Math.abs(counted - expected)).toBeLessThanOrEqual(Math.max(3, counted / 3))
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
