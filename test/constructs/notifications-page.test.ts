import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { transformSync } from 'esbuild'
import { parse } from 'yaml'
import { Notify, VolumeBackup } from '../../constructs/index.js'
import { backupConfigurationKind } from '../../lib/api/kinds.js'
import type { Notification } from '../../lib/api/notification.js'
import { hookProblems } from '../../lib/notification/hook-problems.js'
import { summaryValues, summaryVariables } from '../../lib/notification/summary.js'
import { isReason } from '../../lib/reason.js'
import { validateObject } from '../../lib/schema/validate.js'
import { sendHttp } from '../../runtime/agent/http-request.js'
import { outgoingRequest } from '../../runtime/agent/outgoing-request.js'
import { root } from '../../scripts/tools.mjs'
import { failedSummary } from '../lib/notification/summary-fixture.js'
import { Receiver } from '../runtime/agent/receiver.js'
import { at, manifestOf, minimal, policyApp } from './policy-app.js'

const page = readFileSync(join(root, 'docs/notifications.md'), 'utf8')
const [, policy = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? []
const [, manifest = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
// As kubectl reads it, for which a bare `on` is a boolean.
const { notifications } = parse(manifest, { version: '1.1' }) as { readonly notifications: Notification[] }

let receiver: Receiver
beforeAll(async () => {
  receiver = await Receiver.start()
})
afterAll(() => receiver.stop())

/** Sends a notification of the page as the agent does, to the receiver in the place of its own. */
async function send({ httpGet, httpPost, name }: Notification): Promise<void> {
  const here = <T extends { urlFrom?: unknown }>(spec: T | undefined) =>
    spec === undefined || spec.urlFrom !== undefined ? spec : { ...spec, host: '127.0.0.1', port: receiver.port }
  const { called: _called, ...request } = outgoingRequest(
    { httpGet: here(httpGet), httpPost: here(httpPost) },
    {
      values: summaryValues(failedSummary),
      secrets: { url: { text: receiver.url(`/${name}`) }, headers: [] },
      podAddress: '',
      otherwise: JSON.stringify(failedSummary),
    },
  )
  expect((await sendHttp({ ...request, signal: AbortSignal.timeout(5000) })).status).toBe(200)
}
const bodyAt = (url: string) => receiver.received.find(each => each.url === url)?.body ?? ''

describe('the page on notifications', () => {
  test('begins with a policy that compiles', () => {
    const { app, chart, repository } = policyApp()
    const run = new Function('VolumeBackup', 'Notify', 'shop', 'orders', transformSync(policy, { loader: 'ts' }).code)
    run(VolumeBackup, Notify, chart, minimal(repository))
    const written = at<Notification[]>(manifestOf(app, 'BackupConfiguration'), 'spec.hooks.notifications')
    expect(written.map(each => each.name).slice(0, 2)).toEqual(['slack', 'healthchecks-start'])
  })

  test('has YAML that the API server takes and the compiler has nothing against', () => {
    const spec = {
      target: { ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'data' } },
      repository: { name: 'store' },
      schedule: '0 3 * * *',
      retentionPolicy: { keepLast: 1 },
      hooks: { notifications },
    }
    expect(validateObject(backupConfigurationKind, { spec }, 'page')).toEqual([])
    expect(hookProblems({ notifications }, 'page')).toEqual([])
  })

  test('has YAML whose requests arrive as they should', async () => {
    for (const each of notifications) await send(each)
    expect(JSON.parse(bodyAt('/chat'))).toEqual({ text: 'Failed: shop/orders, SourceUnreadable' })
    expect(JSON.parse(bodyAt('/api/v2/alerts'))).toEqual([
      {
        labels: { alertname: 'BackupFailed', namespace: 'shop', configuration: 'orders' },
        annotations: { summary: failedSummary.message },
      },
    ])
    expect(Object.fromEntries(new URLSearchParams(bodyAt('/form')))).toEqual({
      title: 'orders Failed',
      message: '1.5 GiB of 5 GiB in 3m20s, snapshot aaaaaaaa',
    })
    expect(receiver.received.map(each => `${each.method} ${each.url}`)).toContain(
      `GET /check-start/start?rid=${failedSummary.sessionUid}`,
    )
    expect(JSON.parse(bodyAt('/'))).toEqual(failedSummary)
  })

  test('names every variable, with what it stands for', () => {
    for (const [name, meaning] of Object.entries(summaryVariables))
      expect(page).toContain(`| \`$(${name})\` | ${meaning} |`)
    expect(page.match(/^\| `\$\(/gm)).toHaveLength(Object.keys(summaryVariables).length)
  })

  test('names only reasons of events that there are', () => {
    const events = page.slice(page.indexOf('## Events'))
    const named = [...events.matchAll(/`([A-Z][A-Za-z]+)`/g)].map(([, word]) => word)
    expect(named.filter(word => !isReason(word) && word !== 'BackupHistoryCleaned')).toEqual([])
    expect(named.length).toBeGreaterThan(25)
  })
})
