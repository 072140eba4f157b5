import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { HttpRequest } from '../../runtime/agent/host.js'
import { Pushgateway, Sandbox } from '../../sandbox/index.js'
import { backup, status } from './agent-bench.js'
import { benchOf, closeBenches } from './restics.js'
import { everydayPrograms } from './scripted-program.js'
import { apiHost, pushgatewayHost, simulatedNetwork } from './simulated-network.js'

afterEach(closeBenches)

const pushgatewayUrl = { 'pushgateway-url': `http://${pushgatewayHost}:9091` }

describe('the network of an agent in this process', () => {
  test('leads to the Pushgateway without a socket, and what it answers is told', async () => {
    const pushgateway = await Pushgateway.start({ port: 'none' })
    const bench = benchOf('recorded', { http: simulatedNetwork({ pushgateway }) })
    const pod = bench.pod()
    await bench.step(pod, 'pvc-backup', backup)
    const told = await bench.step(pod, 'update-status', { ...status, ...pushgatewayUrl })
    expect(told.report?.metrics).toEqual({ pushed: true })
    expect(pushgateway.groupings()).toHaveLength(1)
    pushgateway.failWith(500)
    const failed = await bench.step(pod, 'update-status', { ...status, ...pushgatewayUrl })
    expect(failed.report).toMatchObject({ outcome: 'Succeeded', metrics: { pushed: false } })
  })

  test('refuses whoever is not there', async () => {
    const bench = benchOf('recorded')
    const pod = bench.pod()
    await bench.step(pod, 'pvc-backup', backup)
    const { report } = await bench.step(pod, 'update-status', { ...status, ...pushgatewayUrl })
    expect(report?.metrics?.message).toContain('ECONNREFUSED')
  })

  test('brings requests of hooks to the application, and plays exec hooks', async () => {
    const requests: HttpRequest[] = []
    const others = (request: HttpRequest) => {
      requests.push(request)
      return { status: request.address.path === '/freeze' ? 200 : 500, headers: {}, body: '' }
    }
    const bench = benchOf('recorded', { http: simulatedNetwork({ others }), programs: [everydayPrograms] })
    const hook = (action: object, type = 'preBackup') =>
      bench.step(bench.pod(), 'run-hook', {
        hook: JSON.stringify(action),
        'hook-type': type,
        'output-dir': '/scratch/output',
      })
    const frozen = await hook({ httpPost: { port: 8080, path: '/freeze', body: 'now' } })
    expect(frozen.report).toMatchObject({ outcome: 'Succeeded', preHook: { ran: true, ok: true } })
    expect(requests[0]).toMatchObject({ method: 'POST', address: { host: '10.0.0.1', port: 8080 }, body: 'now' })
    const refused = await hook({ httpGet: { port: 8080, path: '/other' } })
    expect(refused.report?.message).toContain('/other answered 500')
    const failed = await hook({ exec: { command: ['false'] } }, 'postBackup')
    expect(failed.report).toMatchObject({ reason: 'PostHookFailed', message: 'false ended with 1' })
  })

  test('leads a trigger to the API', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'holdfast-trigger-'))
    const sandbox = await Sandbox.start({ stateFolder, images: {}, port: 'none', mode: 'rewriting' })
    const bench = benchOf('recorded', { http: simulatedNetwork({ api: sandbox }) })
    const flags = { configuration: 'nightly', 'job-name': 'by-hand', namespace: 'default' }
    const env = { HOLDFAST_API_URL: `http://${apiHost}` }
    const { code, log } = await bench.step(bench.pod(), 'trigger', flags, { env })
    await sandbox.stop()
    rmSync(stateFolder, { recursive: true })
    expect([code, log]).toEqual([1, expect.stringContaining('was not created: the API server answered 404')])
  })
})
