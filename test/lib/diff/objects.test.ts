import { describe, expect, test } from '@jest/globals'
import { differenceBetween } from '../../../lib/diff/changes.js'
import type { ManifestObject } from '../../../lib/fleet/manifest.js'
import {
  changes,
  changesWith,
  claim,
  fleet,
  jobTemplate,
  now,
  object,
  ofKind,
  ours,
  policy,
  replaced,
  repository,
  shop,
  told,
} from './fleets.js'

const withJob = (fields: Parameters<typeof jobTemplate>[0], spec = {}) =>
  replaced(shop(), [policy({ ...spec, jobTemplate: jobTemplate(fields) })])
const step = (spec: object) => object('Function', 'dump', { spec: { image: 'x:1', ...spec } })
const task = object('Task', 'pvc-backup', { spec: { steps: [{ name: 'dump' }] } })

describe('images', () => {
  test('another tag is one notice for all places', () => {
    const places = (image: string): ManifestObject[] => [
      ...withJob({ image }),
      policy({ jobTemplate: jobTemplate({ image }) }, { name: 'b' }),
      step({ image }),
    ]
    const all = changes(places('holdfast:1'), places('holdfast:2'))
    expect(told(all)).toEqual([
      'notice image-changed image holdfast: holdfast:2 runs instead of holdfast:1, in Job of policy shop/orders and shop/b and Function dump. It is named by tag: what runs can change without a change in git.',
    ])
  })

  test('another place, or a lost digest, is a warning', () => {
    expect(
      ofKind(changes(withJob({ image: 'a/x:1' }), withJob({ image: 'b/x:1' })), 'image-source-changed').severity,
    ).toBe('warning')
    const pinned = withJob({ image: `a/x:1@sha256:${'0'.repeat(64)}` })
    expect(ofKind(changes(pinned, withJob({ image: 'a/x:1' })), 'image-source-changed').severity).toBe('warning')
  })

  test('images that the controller newly trusts are danger', () => {
    const controller = (images: string[]) => {
      const containers = [{ name: 'c', image: 'x:1', args: [`--trusted-images=${JSON.stringify(images)}`] }]
      const spec = { template: { spec: { containers } } }
      return object('Deployment', 'controller', { namespace: 's', labels: ours, spec }, 'apps/v1')
    }
    const all = changes([controller(['a:1'])], [controller(['a:1', 'b:1'])])
    expect(ofKind(all, 'images-trusted').sentence).toContain('may now run b:1')
  })

  test('an image that nothing ran before is a warning', () => {
    const other = { ...step({ image: 'evil:1' }), metadata: { name: 'other' } }
    expect(ofKind(changes([step({})], [step({}), other]), 'image-added').severity).toBe('warning')
  })
})

describe('Functions and Tasks', () => {
  test('a Function that changes under committed Jobs names who keeps the old steps', () => {
    const before = [...withJob({}), task, step({ args: ['a'] })]
    const after = [...withJob({}), task, step({ args: ['b'] })]
    const all = changes(before, after)
    expect(ofKind(all, 'template-outdated').sentence).toBe(
      'The Function changed, but 1 policy (shop/orders) keeps running the old steps, from which the committed Jobs were made.',
    )
    const renewed = changes(before, [...withJob({ functions: 'g' }), task, step({ args: ['b'] })])
    expect(renewed.map(({ kind }) => kind)).toEqual(['step-changed'])
    expect(renewed[0]?.sentence).toBe(
      'The Function runs differently: args changed. 1 policy (shop/orders) runs the new steps.',
    )
  })

  test('a Function that goes while a Task names it is danger', () => {
    expect(ofKind(changes([...shop(), task, step({})], [...shop(), task]), 'step-missing').severity).toBe('danger')
    expect(ofKind(changes([step({})], []), 'step-removed').severity).toBe('notice')
  })

  test('a step that gets a token of the Kubernetes API is danger', () => {
    const all = changes([step({})], [step({ kubernetesAccess: { serviceAccountName: 'admin' } })])
    expect(ofKind(all, 'kubernetes-access')).toMatchObject({ severity: 'danger' })
    const back = changes([step({ kubernetesAccess: { serviceAccountName: 'admin' } })], [step({})])
    expect(ofKind(back, 'access-withdrawn').severity).toBe('notice')
  })

  test('a Task that mounts a folder of the node is danger', () => {
    const mounting = { ...task, spec: { steps: [{ name: 'dump' }], volumes: [{ name: 'v', hostPath: { path: '/' } }] } }
    expect(ofKind(changes([task], [mounting]), 'privileges-raised').subject).toBe('task pvc-backup')
  })

  test('a Job that changed by itself is a warning, one for all that changed alike', () => {
    const two = (pod: Record<string, unknown>) => [
      ...withJob({ pod }),
      policy({ jobTemplate: jobTemplate({ pod }) }, { name: 'b' }),
    ]
    const all = changes(two({}), two({ terminationGracePeriodSeconds: 5 }))
    expect(ofKind(all, 'template-changed')).toMatchObject({ subject: 'committed Jobs', severity: 'warning' })
  })
})

describe('repositories', () => {
  test('a Repository that goes while policies use it is danger, and its data stays', () => {
    const { severity, sentence } = ofKind(changes(shop(), [policy(), claim()]), 'repository-removed')
    expect(severity).toBe('danger')
    expect(sentence).toBe(
      'The Repository is gone, and 1 policy (shop/orders) still uses it: sessions fail. The data in s3:s3.example.com/backups/volumes stays; nothing checks or prunes it any more.',
    )
  })

  test('rarer upkeep is a warning, denser a notice', () => {
    const every = (interval: string) => repository({ maintenance: { check: { interval } } })
    expect(told(changesWith(every('720h')))).toEqual([
      'warning maintenance-relaxed repository shop/store: Upkeep changed: check every 720h instead of every 168h.',
    ])
    expect(changesWith(every('24h')).map(({ kind }) => kind)).toEqual(['maintenance-changed'])
    expect(changesWith(every('168h'))).toEqual([])
  })

  test('a field that no other change speaks of is a notice', () => {
    expect(told(changesWith(repository({ maxConcurrentSessions: 9 }), policy({ backupHistoryLimit: 9 })))).toEqual([
      'notice settings-changed policy shop/orders: Changed as well: backupHistoryLimit.',
      'notice settings-changed repository shop/store: Changed as well: maxConcurrentSessions.',
    ])
  })
})

describe('what a sync starts or deletes', () => {
  const restore = (fields: object = {}) =>
    object('RestoreSession', 'back', {
      namespace: 'shop',
      spec: { target: { ref: { name: 'orders-data' } }, ...fields },
    })

  test.each([
    [undefined, 'warning'],
    ['IfEmpty', 'warning'],
    ['Merge', 'danger'],
    ['Replace', 'danger'],
  ])('a new restore with overwrite %s is %s', (overwrite, severity) => {
    const all = changes([], [restore(overwrite === undefined ? {} : { overwrite })])
    expect(ofKind(all, 'restore-starts').severity).toBe(severity)
  })

  test('a changed restore fails the sync, a removed one does nothing', () => {
    expect(ofKind(changes([restore()], [restore({ overwrite: 'Merge' })]), 'restore-changed').severity).toBe('danger')
    expect(ofKind(changes([restore()], []), 'restore-removed').severity).toBe('notice')
  })

  test('a namespace or a definition that goes takes its objects with it', () => {
    const namespace = object('Namespace', 'shop', {}, 'v1')
    expect(ofKind(changes([...shop(), namespace], shop()), 'namespace-removed').sentence).toContain(
      '1 policy, 1 Repository, 1 volume',
    )
    expect(changes([namespace], [])).toEqual([])
    const spec = { group: 'holdfast.dev', names: { kind: 'Repository' } }
    const definition = object(
      'CustomResourceDefinition',
      'repositories.holdfast.dev',
      { spec },
      'apiextensions.k8s.io/v1',
    )
    expect(ofKind(changes([definition], []), 'definition-removed').severity).toBe('danger')
  })

  test('a trigger that goes, or disagrees with its policy, is a warning', () => {
    const trigger = (spec: object = {}) => {
      const labels = { ...ours, 'holdfast.dev/configuration': 'orders' }
      const whole = { schedule: '0 3 * * *', timeZone: 'Europe/Berlin', suspend: false, ...spec }
      return object('CronJob', 'orders-trigger', { namespace: 'shop', labels, spec: whole }, 'batch/v1')
    }
    const before = [...shop(), trigger()]
    expect(ofKind(changes(before, shop()), 'trigger-changed').severity).toBe('warning')
    expect(ofKind(changes(before, [...shop(), trigger({ suspend: true })]), 'trigger-changed').details).toEqual([
      { field: 'suspend of policy and CronJob', before: 'false', after: 'true' },
    ])
    const both = replaced(before, [policy({ schedule: '0 4 * * *' }), trigger({ schedule: '0 4 * * *' })])
    expect(changes(before, both).map(({ kind }) => kind)).toEqual(['schedule-changed'])
  })

  test('other objects of Holdfast are a notice, objects of others a number', () => {
    const service = (port: number, labels = {}) =>
      object('Service', 'c', { namespace: 's', labels, spec: { port } }, 'v1')
    const { changes: all } = differenceBetween(fleet([service(1, ours)]), fleet([service(2, ours)]), { now })
    expect(told(all)).toEqual(['notice settings-changed Service s/c: 1 field changed (port).'])
    expect(differenceBetween(fleet([service(1)]), fleet([service(2)]), { now })).toEqual({
      changes: [],
      others: { added: 0, removed: 0, changed: 1 },
    })
  })
})
