import { describe, expect, test } from '@jest/globals'
import type { ManifestObject } from '../../../lib/fleet/manifest.js'
import {
  changes,
  changesWith,
  claim,
  jobTemplate,
  object,
  ofKind,
  ours,
  policy,
  replaced,
  repository,
  shop,
  target,
  told,
} from './fleets.js'

const without = (name: string) => shop().filter(each => each.metadata.name !== name)
const controller = (
  fields: Readonly<Record<string, unknown>> = {},
  labels: Record<string, string> = ours,
): ManifestObject =>
  object(
    'Deployment',
    'c',
    { namespace: 'system', labels: { ...labels, 'app.kubernetes.io/component': 'controller' }, spec: fields },
    'apps/v1',
  )
const account = object('ServiceAccount', 'c', { namespace: 'system', labels: ours }, 'v1')
const rbac = 'rbac.authorization.k8s.io/v1'

describe('a grave change is never told as a mild one', () => {
  test('a policy that is renamed and changed in one go is compared with what it was', () => {
    const other = policy({ retentionPolicy: { keepLast: 1 }, target: target({ alias: 'x' }) }, { name: 'again' })
    const found = changes(shop(), [...without('orders'), other])
    expect(ofKind(found, 'lineage-broken').sentence).toContain('The policy was shop/orders.')
    expect(ofKind(found, 'retention-deletes').severity).toBe('danger')
  })

  test('a second policy of the same history deletes what the first keeps', () => {
    const second = policy({ retentionPolicy: { keepLast: 1 } }, { name: 'again' })
    const found = changes(shop(), [...shop(), second])
    expect(ofKind(found, 'lineage-shared')).toMatchObject({ severity: 'danger', subject: 'policy shop/again' })
    expect(changes([...shop(), second], [...shop(), second])).toEqual([])
    const other = policy({ target: target({ alias: 'demo/shop/orders-data' }, 'two') }, { name: 'two' })
    expect(told(changes(shop(), [...shop(), other])).join()).toContain('lineage-shared policy shop/two')
  })

  test('rules that look looser are judged by the denser schedule that comes with them', () => {
    const after = policy({ schedule: '*/10 * * * *', retentionPolicy: { keepLast: 31 } })
    expect(ofKind(changesWith(after), 'retention-deletes').sentence).toMatch(/reaches back \d+h instead of 322d/)
  })

  test('rules by month are judged by years of history, however dense the schedule is', () => {
    for (const schedule of ['*/5 * * * *', '*/15 * * * *', '0 * * * *']) {
      const keep = (keepMonthly: number) => replaced(shop(), [policy({ schedule, retentionPolicy: { keepMonthly } })])
      expect(ofKind(changes(keep(36), keep(18)), 'retention-deletes').sentence).toContain('would remove 18 of 36')
    }
  })

  test('a Job that was edited together with its digest is told', () => {
    const before = policy({ jobTemplate: jobTemplate() })
    const after = policy({ jobTemplate: jobTemplate({ functions: 'another', pod: { hostname: 'x' } }) })
    expect(ofKind(changes([before], [after]), 'template-changed').severity).toBe('warning')
    const narrower = policy({
      target: target({ exclude: ['*.tmp'] }),
      jobTemplate: jobTemplate({ input: 'j', pod: { hostname: 'x' } }),
    })
    expect(ofKind(changes([before], [narrower]), 'template-changed').severity).toBe('notice')
  })

  test('a controller that goes, or is switched off, is danger, also when it loses its labels', () => {
    expect(ofKind(changes([controller(), account], [account]), 'system-reduced').severity).toBe('danger')
    const off = changes([controller({ replicas: 1 })], [controller({ replicas: 0 }, {})])
    expect(ofKind(off, 'system-reduced').sentence).toMatch(/^The controller is switched off/)
    expect(ofKind(off, 'settings-changed').sentence).toContain('managed-by')
    expect(ofKind(changes([account], [controller(), account]), 'system-added').severity).toBe('notice')
  })

  test('the account of a trigger goes with its policy, and not before', () => {
    const labels = { ...ours, 'holdfast.dev/configuration': 'orders' }
    const trigger = object('ServiceAccount', 'orders-trigger', { namespace: 'shop', labels }, 'v1')
    expect(ofKind(changes([...shop(), trigger], shop()), 'system-reduced').severity).toBe('warning')
    const both = changes([...shop(), trigger], without('orders'))
    expect(both.map(({ kind }) => kind)).toEqual(['protection-lost'])
  })

  test('a binding that gives an account of Holdfast more is told, whoever labelled it', () => {
    const subjects = [{ kind: 'ServiceAccount', namespace: 'system', name: 'c' }]
    const roleRef = { kind: 'ClusterRole', name: 'cluster-admin' }
    const binding = object('ClusterRoleBinding', 'x', { subjects, roleRef }, rbac)
    expect(ofKind(changes([account], [account, binding]), 'access-granted').severity).toBe('danger')
  })

  test('a namespace that holds its pods to less is a warning', () => {
    const space = (level: string) =>
      object('Namespace', 'shop', { labels: { 'pod-security.kubernetes.io/enforce': level } }, 'v1')
    const found = changes([...shop(), space('restricted')], [...shop(), space('privileged')])
    expect(ofKind(found, 'privileges-raised').severity).toBe('warning')
    expect(changes([...shop(), space('baseline')], [...shop(), space('restricted')])).toEqual([])
  })

  test('a selector that asks for nothing is consent to every namespace', () => {
    const consent = { usagePolicy: { allowedNamespaces: { from: 'Selector', selector: {} } } }
    expect(ofKind(changesWith(repository(consent)), 'usage-widened').severity).toBe('danger')
  })

  test('a definition that forgets a field is a warning', () => {
    const definition = (properties: Readonly<Record<string, unknown>>) => {
      const openAPIV3Schema = { properties: { spec: { properties } } }
      const versions = [{ name: 'v1', schema: { openAPIV3Schema } }]
      const spec = { group: 'holdfast.dev', names: { kind: 'Task' }, versions }
      return object('CustomResourceDefinition', 'tasks.holdfast.dev', { spec }, 'apiextensions.k8s.io/v1')
    }
    const [all, fewer] = [definition({ a: { type: 'string' }, b: {} }), definition({ b: {} })]
    expect(ofKind(changes([all], [fewer]), 'definition-narrowed').sentence).toContain('no longer knows v1.spec.a')
    expect(changes([fewer], [all]).map(({ kind }) => kind)).not.toContain('definition-narrowed')
  })

  test('a trigger that disagreed before may still get worse', () => {
    const labels = { ...ours, 'holdfast.dev/configuration': 'orders' }
    const trigger = (suspend: boolean) =>
      object(
        'CronJob',
        't',
        { namespace: 'shop', labels, spec: { schedule: '0 4 * * *', timeZone: 'Europe/Berlin', suspend } },
        'batch/v1',
      )
    const found = changes([...shop(), trigger(false)], [...shop(), trigger(true)])
    expect(ofKind(found, 'trigger-changed').severity).toBe('warning')
    expect(changes([...shop(), trigger(true)], [...shop(), trigger(true)])).toEqual([])
  })

  test('a capability beyond those of read-any-file is not covered by it', () => {
    const asked = (capabilities: readonly string[]) => {
      const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: capabilities } }
      const containers = [{ name: 'backup', image: 'i', securityContext }]
      return policy({ privileges: 'read-any-file', jobTemplate: jobTemplate({ pod: { containers } }) })
    }
    const found = changes([asked(['DAC_OVERRIDE']), claim()], [asked(['DAC_OVERRIDE', 'SYS_ADMIN']), claim()])
    expect(ofKind(found, 'privileges-raised').severity).toBe('danger')
  })
})
