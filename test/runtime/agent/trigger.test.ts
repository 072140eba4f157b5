import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { AgentLab } from './agent-lab.js'

let lab: AgentLab
let server: Server
const received: { url: string; object: Record<string, unknown> }[] = []
let answers: { status: number; reason?: string }[] = []
beforeAll(async () => {
  lab = new AgentLab()
  server = createServer((request, response) => {
    let text = ''
    request.on('data', chunk => {
      text += chunk
    })
    request.on('end', () => {
      received.push({ url: request.url ?? '', object: JSON.parse(text) })
      const { status, reason = '' } = answers.shift() ?? { status: 201 }
      response.writeHead(status).end(JSON.stringify({ kind: 'Status', reason, message: `it is ${reason}` }))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})
beforeEach(() => {
  received.length = 0
  answers = []
})
afterAll(() => {
  server.close()
  lab.close()
})

const trigger = (job: string) =>
  lab.run(
    'trigger',
    { configuration: 'nightly', 'cron-job': 'nightly-trigger', 'job-name': job, namespace: 'shop' },
    { env: { HOLDFAST_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } },
  )
const minute = Date.UTC(2026, 10, 22, 3, 0) / 60_000

describe('trigger', () => {
  test('creates the session of the minute that its Job’s name carries', async () => {
    const { code } = await trigger(`nightly-trigger-${minute}`)
    expect(code).toBe(0)
    expect(received).toEqual([
      {
        url: '/apis/holdfast.dev/v1alpha1/namespaces/shop/backupsessions',
        object: {
          apiVersion: 'holdfast.dev/v1alpha1',
          kind: 'BackupSession',
          metadata: {
            name: 'nightly-202611220300',
            namespace: 'shop',
            labels: { 'app.kubernetes.io/managed-by': 'holdfast', 'holdfast.dev/configuration': 'nightly' },
            annotations: { 'holdfast.dev/scheduled-at': '2026-11-22T03:00:00Z' },
          },
          spec: { invoker: { apiGroup: 'holdfast.dev', kind: 'BackupConfiguration', name: 'nightly' } },
        },
      },
    ])
  })

  test('makes a manual session for a Job that a person made', async () => {
    await trigger('by-hand-1')
    expect(received[0]?.object).toMatchObject({
      metadata: { name: expect.stringMatching(/^nightly-manual-[0-9a-f]{8}$/) },
    })
    expect(JSON.stringify(received[0]?.object)).not.toContain('scheduled-at')
  })

  test('is content when the session is there already', async () => {
    answers = [{ status: 409, reason: 'AlreadyExists' }]
    const { code, output } = await trigger(`nightly-trigger-${minute}`)
    expect(code).toBe(0)
    expect(output).toContain('already exists')
  })

  test('tries again while the API server is busy', async () => {
    answers = [{ status: 503 }, { status: 429 }, { status: 201 }]
    expect((await trigger(`nightly-trigger-${minute}`)).code).toBe(0)
    expect(received).toHaveLength(3)
  })

  test('names object and status when it is refused', async () => {
    answers = [{ status: 403, reason: 'Forbidden' }]
    const { code, output } = await trigger(`nightly-trigger-${minute}`)
    expect(code).toBe(1)
    expect(output).toContain('BackupSession shop/nightly-202611220300 was not created: the API server answered 403')
    expect(received).toHaveLength(1)
  })
})
