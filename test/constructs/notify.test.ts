import { describe, expect, test } from '@jest/globals'
import { Notify, PolicyDefaults, VolumeBackup, VolumeRestore } from '../../constructs/index.js'
import type { Notification } from '../../lib/api/notification.js'
import { summaryValues } from '../../lib/notification/summary.js'
import type { PodSpec } from '../../lib/pod.js'
import { outgoingRequest } from '../../runtime/agent/outgoing-request.js'
import { failedSummary } from '../lib/notification/summary-fixture.js'
import { at, complaintsOf, manifestOf, minimal, policyApp } from './policy-app.js'

const chat = { secretName: 'chat' }
const notificationsOf = (object: unknown) => at<Notification[]>(object, 'spec.hooks.notifications')

/** Where the agent goes with a notification, when its Secret holds this URL. */
const addressOf = (notification: Notification | undefined, text: string) =>
  outgoingRequest(notification ?? {}, {
    values: summaryValues(failedSummary),
    secrets: { url: { text }, headers: [] },
    podAddress: '',
    otherwise: '',
  }).address

describe('who is told', () => {
  test('stands in the policy, with a Secret’s name and nothing of what it holds', () => {
    const { app, chart, repository } = policyApp()
    const notify = [Notify.slack({ url: chat }), Notify.healthchecks({ url: { secretName: 'checks', key: 'orders' } })]
    new VolumeBackup(chart, 'orders', { ...minimal(repository), notify })
    const [slack, ...pings] = notificationsOf(manifestOf(app, 'BackupConfiguration'))
    expect(slack).toMatchObject({
      name: 'slack',
      on: ['PartiallySucceeded', 'Failed'],
      httpPost: { urlFrom: { secretKeyRef: { name: 'chat', key: 'url' } } },
    })
    expect(pings.map(({ name, on, httpPost }) => [name, on.join(), httpPost?.path])).toEqual([
      ['healthchecks-start', 'Started', '/start?rid=$(SESSION_UID)'],
      ['healthchecks-success', 'Succeeded,PartiallySucceeded', '?rid=$(SESSION_UID)'],
      ['healthchecks-fail', 'Failed', '/fail?rid=$(SESSION_UID)'],
      ['healthchecks-log', 'Skipped', '/log?rid=$(SESSION_UID)'],
    ])
  })

  test('of the beginning is told by the Job’s first container, which holds that credential alone', () => {
    const { app, chart, repository } = policyApp()
    const notify = [Notify.healthchecks({ url: chat }), Notify.slack({ url: { secretName: 'slack' } })]
    new VolumeBackup(chart, 'orders', { ...minimal(repository), notify })
    const manifest = manifestOf(app, 'BackupConfiguration')
    const pod = at<PodSpec>(manifest, 'spec.jobTemplate.spec.template.spec')
    expect(pod.initContainers.map(each => each.name)).toEqual(['notify', 'pvc-backup-0'])
    const [credentials] = pod.volumes.filter(each => each['projected'] !== undefined)
    const secret = { name: 'chat', items: [{ key: 'url', path: '0' }], optional: true }
    expect(credentials?.['projected']).toEqual({ sources: [{ secret }], defaultMode: 0o444 })
    const holders = [...pod.initContainers, ...pod.containers].filter(container =>
      container.volumeMounts?.some(mount => mount.name === credentials?.name),
    )
    expect(holders.map(each => each.name)).toEqual(['notify'])
    expect([...pod.initContainers, ...pod.containers].flatMap(each => each.env ?? [])).not.toContainEqual(
      expect.objectContaining({ valueFrom: expect.anything() }),
    )
  })

  test('can be said once for a whole scope, and of restores too', () => {
    const { app, chart, repository } = policyApp()
    new PolicyDefaults(chart, 'defaults', { repository, notify: [Notify.teams({ url: chat })] })
    new VolumeBackup(chart, 'orders', minimal(repository))
    new VolumeRestore(chart, 'seed', { claim: 'orders-data', repository })
    for (const kind of ['BackupConfiguration', 'RestoreSession'])
      expect(notificationsOf(manifestOf(app, kind)).map(each => each.name)).toEqual(['teams'])
  })

  test.each([
    ['/ping/orders', ['/ping/orders/start?', '/ping/orders?', '/ping/orders/fail?', '/ping/orders/log?']],
    [
      '/orders?create=1',
      ['/orders/start?create=1&', '/orders?create=1&', '/orders/fail?create=1&', '/orders/log?create=1&'],
    ],
    ['', ['/start?', '/?', '/fail?', '/log?']],
  ])('by a check whose URL ends in %j keeps its path and its query apart', (place, paths) => {
    const text = `http://checks.shop:8000${place}`
    const called = Notify.healthchecks({ url: chat }).map(each => addressOf(each, text).path)
    expect(called).toEqual(paths.map(path => `${path}rid=${failedSummary.sessionUid}`))
  })

  test('by an IPv6 address is found where the same URL in a Secret is', () => {
    const url = 'https://[2001:db8::7]:8443/in?a=1'
    const [plain] = Notify.webhook({ url })
    expect(plain?.httpPost).toMatchObject({ scheme: 'HTTPS', host: '2001:db8::7', port: 8443, path: '/in?a=1' })
    const [secret] = Notify.webhook({ url: chat })
    expect(addressOf(plain, url)).toEqual(addressOf(secret, url))
  })

  test('comes beside the hooks that are there', () => {
    const { app, chart, repository } = policyApp()
    const hooks = { preBackup: { exec: { command: ['sync'] } } }
    new VolumeBackup(chart, 'orders', { ...minimal(repository), hooks, notify: [Notify.webhook({ url: chat })] })
    const written = at<object>(manifestOf(app, 'BackupConfiguration'), 'spec.hooks')
    expect(written).toMatchObject({ ...hooks, notifications: [{ name: 'webhook' }] })
  })
})

test('a template with a mistake is a complaint of the compiler, for policies and restores', () => {
  const { app, chart, repository } = policyApp()
  const notify = [Notify.webhook({ url: chat, body: { text: '$(PHAZE)' } })]
  new VolumeBackup(chart, 'orders', { ...minimal(repository), notify })
  new VolumeRestore(chart, 'seed', { claim: 'orders-data', repository, notify })
  const complaint =
    /HF2002 shop\/(orders|seed): spec.hooks.notifications\[0\].httpPost.body: .*did you mean \$\(PHASE\)\?/
  expect(complaintsOf(app)).toEqual([expect.stringMatching(complaint), expect.stringMatching(complaint)])
})

test('two notifications of one name are a complaint', () => {
  const { app, chart, repository } = policyApp()
  const notify = [Notify.slack({ url: chat }), Notify.slack({ url: { secretName: 'ops' } })]
  new VolumeBackup(chart, 'orders', { ...minimal(repository), notify })
  expect(complaintsOf(app)).toEqual([expect.stringContaining('two notifications have the same name')])
})

test.each([
  ['https://user:hunter2@chat.example.com/hook', 'holds a credential'],
  ['chat.example.com/hook', 'is no URL of HTTP'],
])('a plain URL that cannot be one is refused, and not repeated: %s', (url, message) => {
  expect(() => Notify.webhook({ url })).toThrow(message)
  expect(() => Notify.webhook({ url })).not.toThrow('hunter2')
})

describe('a URL that is a credential', () => {
  const url = 'https://hooks.slack.com/services/T/B/hunter2'

  test.each(['slack', 'teams', 'healthchecks'] as const)('is no plain text of Notify.%s, whoever receives it', kind => {
    for (const each of [url, 'http://chat.shop:8065/hooks/hunter2']) {
      // @ts-expect-error Types refuse it too.
      const write = () => Notify[kind]({ url: each })
      expect(write).toThrow(/^HF2007 notification \S+: url: whoever knows this URL may call its receiver.*secretName/s)
      expect(write).not.toThrow('hunter2')
    }
  })

  const uuid = 'f0e1d2c3-0000-4000-8000-00000000beef'
  test.each([
    url,
    'https://prod-12.westeurope.logic.azure.com/workflows/abc/triggers/manual/paths/invoke',
    'https://example.webhook.office.com/webhookb2/abc',
    'https://discord.com/api/webhooks/1/abc',
    'https://hc-ping.com/abc/orders',
    `https://checks.example.com/ping/${uuid}`,
    'https://in.example.com/hook?api-version=1&sig=hunter2',
    'https://in.example.com/hook?access_token=hunter2',
  ])('is a complaint of the compiler, for policies and restores: %s', plain => {
    const { app, chart, repository } = policyApp()
    const notify = [Notify.webhook({ url: plain })]
    new VolumeBackup(chart, 'orders', { ...minimal(repository), notify })
    new VolumeRestore(chart, 'seed', { claim: 'orders-data', repository, notify })
    const complaint = /HF2007 shop\/\S+: spec\.hooks\.notifications\[0\]\.httpPost\.host: whoever knows this URL/
    expect(complaintsOf(app)).toEqual([expect.stringMatching(complaint), expect.stringMatching(complaint)])
    expect(complaintsOf(app).join()).not.toMatch(new RegExp(`hunter2|${uuid}`))
  })

  test('is one in a hook too, as is a header that authorizes', () => {
    const { app, chart, repository } = policyApp()
    const { hostname: host, pathname: path } = new URL(url)
    const hooks = { postBackup: { httpGet: { host, path, port: 443, scheme: 'HTTPS' as const } } }
    const headers = { Authorization: 'Bearer hunter2', 'X-Api-Key': 'hunter2', 'X-Cluster': 'a' }
    const notify = [Notify.webhook({ url: 'http://collector.monitoring:8080', headers })]
    new VolumeBackup(chart, 'orders', { ...minimal(repository), hooks, notify })
    const places = complaintsOf(app).map(each => /: (spec\S+): /.exec(each)?.[1])
    expect(places).toEqual([
      'spec.hooks.postBackup.httpGet.host',
      'spec.hooks.notifications[0].httpPost.httpHeaders[0].value',
      'spec.hooks.notifications[0].httpPost.httpHeaders[1].value',
    ])
    expect(complaintsOf(app).join()).not.toContain('hunter2')
  })

  test('is not what only looks like one', () => {
    const { app, chart, repository } = policyApp()
    const urls = [
      'http://alertmanager.monitoring:9093/api/v2/alerts',
      'https://in.example.com/$(SESSION_UID)?token=&signed=1&cluster=a',
      'http://[2001:db8::7]/slack.com',
    ]
    const notify = urls.map((each, n) =>
      Notify.webhook({ url: each, name: `n${n}`, headers: { Token: { secretName: 's' } } }),
    )
    new VolumeBackup(chart, 'orders', { ...minimal(repository), notify })
    expect(complaintsOf(app)).toEqual([])
  })
})

test('a hook that fits into no argument of a container is a complaint, with its size and the limit', () => {
  const { app, chart, repository } = policyApp()
  const form = Array.from({ length: 16 }, () => ({
    key: 'f',
    values: Array.from({ length: 4 }, () => 'x'.repeat(4096)),
  }))
  const hooks = { preBackup: { httpPost: { port: 80, form } } }
  new VolumeBackup(chart, 'orders', { ...minimal(repository), hooks })
  new VolumeRestore(chart, 'back', { claim: 'orders-data', repository, hooks: { postRestore: hooks.preBackup } })
  const size = /HF2007 .*: spec\.hooks\.(preBackup|postRestore): has 262744 bytes as JSON, .* at most 131071 bytes/
  expect(complaintsOf(app)).toEqual([expect.stringMatching(size), expect.stringMatching(size)])
})
