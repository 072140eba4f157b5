import { describe, expect, test } from '@jest/globals'
import { Notify, PolicyDefaults, VolumeBackup, VolumeRestore } from '../../constructs/index.js'
import type { Notification } from '../../lib/api/notification.js'
import type { Container } from '../../lib/pod.js'
import { at, complaintsOf, manifestOf, minimal, policyApp } from './policy-app.js'

const chat = { secretName: 'chat' }
const notificationsOf = (object: unknown) => at<Notification[]>(object, 'spec.hooks.notifications')

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
    const template = 'spec.jobTemplate.spec.template.spec.initContainers'
    const containers = at<Container[]>(manifestOf(app, 'BackupConfiguration'), template)
    expect(containers.map(each => each.name)).toEqual(['notify', 'pvc-backup-0'])
    const secrets = containers.map(each => (each.env ?? []).filter(entry => entry.valueFrom !== undefined))
    expect(secrets).toEqual([
      [
        {
          name: 'HOLDFAST_REQUEST_SECRET_0',
          valueFrom: { secretKeyRef: { name: 'chat', key: 'url', optional: true } },
        },
      ],
      [],
    ])
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
  ])('by a check at a plain URL with %j keeps its path and its query apart', (place, paths) => {
    const pings = Notify.healthchecks({ url: `http://checks.shop:8000${place}` })
    expect(pings.map(each => each.httpPost?.path)).toEqual(paths.map(path => `${path}rid=$(SESSION_UID)`))
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
  expect(() => Notify.slack({ url })).toThrow(message)
  expect(() => Notify.slack({ url })).not.toThrow('hunter2')
})
