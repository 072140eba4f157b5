import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AgentLab, backupFlags } from './agent-lab.js'

let lab: AgentLab
let server: Server
const requests: { method: string; url: string; body: string; headers: IncomingMessage['headers'] }[] = []
beforeAll(async () => {
  lab = new AgentLab()
  server = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      requests.push({ method: request.method ?? '', url: request.url ?? '', body, headers: request.headers })
      response.writeHead(Number(request.url?.match(/[0-9]{3}/)?.[0] ?? 200)).end('answer')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.close()
  lab.close()
})

const port = () => (server.address() as AddressInfo).port
const newFolder = () => String(lab.pod('none')['output-dir'])
const run = (hook: object, type = 'preBackup', folder = newFolder()) =>
  lab.run(
    'run-hook',
    { hook: JSON.stringify(hook), 'hook-type': type, 'output-dir': folder },
    { env: { POD_IP: '127.0.0.1' } },
  )

describe('run-hook', () => {
  test('runs a command without a shell and leaves its result', async () => {
    const folder = newFolder()
    const { code, report, output } = await run({ exec: { command: ['echo', '$HOME; rm -rf x'] } }, 'preBackup', folder)
    expect(code).toBe(0)
    expect(report).toMatchObject({ step: 'run-hook', outcome: 'Succeeded', preHook: { ran: true, ok: true } })
    expect(output).toContain('$HOME; rm -rf x')
    expect(lab.readJson(join(folder, 'pre-hook.json'))).toEqual({ ran: true, ok: true })
  })

  test('says what a failed command said, and ends with 0 so that later steps run', async () => {
    const { code, report } = await run({ exec: { command: ['sh', '-c', 'echo table is locked >&2; exit 3'] } })
    expect(code).toBe(0)
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'PreHookFailed' })
    expect(report?.preHook?.message).toBe('sh ended with 3: table is locked')
  })

  test('takes a status from 200 to 399 for success, and the pod’s address for a missing host', async () => {
    const get = (path: string) => run({ httpGet: { port: port(), path } })
    expect((await get('/302')).report?.outcome).toBe('Succeeded')
    const refused = await get('/503')
    expect(refused.report?.preHook).toMatchObject({ ok: false, message: expect.stringContaining('answered 503') })
  })

  test('posts a body or a form', async () => {
    await run({
      httpPost: { port: port(), path: '/body', body: '{"a":1}', httpHeaders: [{ name: 'X-Kind', value: 'json' }] },
    })
    expect(requests.at(-1)).toMatchObject({
      method: 'POST',
      url: '/body',
      body: '{"a":1}',
      headers: { 'x-kind': 'json' },
    })
    await run({ httpPost: { port: port(), form: [{ key: 'q', values: ['a b', 'c'] }] } })
    expect(requests.at(-1)).toMatchObject({ url: '/', body: 'q=a+b&q=c' })
  })

  test('dials a port', async () => {
    expect((await run({ tcpSocket: { port: port() } })).report?.outcome).toBe('Succeeded')
    expect((await run({ tcpSocket: { host: '127.0.0.1', port: 9 } })).report?.preHook?.message).toContain(
      'ECONNREFUSED',
    )
  })

  test('a failed hook before keeps the backup from starting', async () => {
    const pod = lab.pod('never')
    await run({ exec: { command: ['false'] } }, 'preBackup', String(pod['output-dir']))
    const { report, commandLines } = await lab.run('pvc-backup', backupFlags(pod, lab.folder))
    expect(report).toMatchObject({ outcome: 'Failed', reason: 'PreHookFailed', preHook: { ok: false } })
    expect(commandLines).toEqual([])
    expect(existsSync(lab.path('never'))).toBe(false)
  })

  test.each([
    ['OnSuccess', 'Failed', false],
    ['OnSuccess', 'Partial', true],
    ['OnFailure', 'Failed', true],
    ['OnFailure', 'Succeeded', false],
    ['Always', 'Failed', true],
  ])('a hook after with %s, when the mover said %s, runs: %s', async (executionPolicy, outcome, ran) => {
    const folder = newFolder()
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'pvc-backup.json'), JSON.stringify({ holdfast: 1, step: 'pvc-backup', outcome }))
    const { report } = await run({ exec: { command: ['true'] }, executionPolicy }, 'postBackup', folder)
    expect(report?.postHook).toMatchObject({ ran, ok: true })
  })
})
