import { execFileSync, spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Backend, Holdfast, Repository, Retention, Schedule, VolumeBackup } from '../../constructs/index.js'
import { compiled } from '../behaviour/policy.js'
import { jobPods } from '../cluster-policy/job-pods.js'
import { resources } from '../cluster-policy/policy-namespaces.js'
import { recordFigures } from '../faults/figures.js'

// Admission only: what runs under a quota is in test/cluster/objects/quota.test.ts.
const strict = `hf-quota-${process.pid}`
const helped = `${strict}-defaults`
const counted = ['cpu', 'memory', 'ephemeral-storage'].flatMap(name => [`requests.${name}`, `limits.${name}`])
let admitted = 0

interface WithPods {
  readonly kind: string
  readonly spec: {
    readonly template?: PodTemplate
    readonly jobTemplate?: { readonly spec: { readonly template: PodTemplate } }
  }
}
interface PodTemplate {
  readonly spec: object
}

const disk = { request: { 'ephemeral-storage': '64Mi' }, limit: { 'ephemeral-storage': '1Gi' } }
const every = {
  requests: { cpu: '50m', memory: '64Mi', ...disk.request },
  limits: { cpu: '1', memory: '256Mi', ...disk.limit },
}

/** Pods of everything that is synthesized: triggers, controller and Pushgateway, with bounds or with the defaults. */
function synthesized(bounded: boolean): Record<string, object> {
  const objects = compiled('holdfast.dev/holdfast:dev', { namespace: strict }, chart => {
    new Holdfast(chart, 'holdfast', bounded ? { resources: every, pushgateway: { resources: every } } : {})
    const repository = new Repository(chart, 'store', {
      backend: Backend.local({ claimName: 'store', secretName: 's' }),
    })
    const schedule = Schedule.daily({ at: '03:00', timeZone: 'UTC' })
    const policy = { claim: 'data', repository, schedule, retention: Retention.keep({ daily: 7 }) }
    new VolumeBackup(chart, 'data', {
      ...policy,
      ...(bounded ? { trigger: { resources: every }, runtimeSettings: { container: { resources } } } : {}),
    })
  }) as unknown as (WithPods & { readonly metadata: { readonly name: string } })[]
  const pods = objects.flatMap(({ metadata, spec }): [string, object][] => {
    const template = spec?.jobTemplate?.spec.template ?? spec?.template
    return template === undefined ? [] : [[metadata.name, template.spec]]
  })
  return Object.fromEntries(pods)
}

function apply(namespace: string, kind: string, spec: object): void {
  const input = JSON.stringify({ apiVersion: 'v1', kind, metadata: { name: 'bounds', namespace }, spec })
  execFileSync('kubectl', ['apply', '-f', '-'], { input })
}

function admit(namespace: string, spec: object): string {
  // Accounts are not there, and Secrets for images are nothing that admission asks for.
  const pod = { ...spec, serviceAccountName: 'default', serviceAccount: 'default', priorityClassName: undefined }
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'judged', namespace }, spec: pod })
  const { status, stderr } = spawnSync('kubectl', ['create', '--dry-run=server', '-f', '-'], {
    input,
    encoding: 'utf8',
  })
  if (status === 0) admitted += 1
  return status === 0 ? 'admitted' : stderr
}

async function eventually(what: string, ready: () => boolean): Promise<void> {
  const began = Date.now()
  while (!ready()) {
    if (Date.now() - began > 60_000) throw new Error(`${what} did not come`)
    await new Promise(resolve => setTimeout(resolve, 300))
  }
}

beforeAll(async () => {
  for (const namespace of [strict, helped]) {
    execFileSync('kubectl', ['create', 'namespace', namespace])
    const hard = Object.fromEntries([...counted, 'pods'].map(name => [name, name.includes('cpu') ? '20' : '64Gi']))
    apply(namespace, 'ResourceQuota', { hard: { ...hard, pods: '20' } })
    await eventually('the default ServiceAccount', () =>
      execFileSync('kubectl', ['-n', namespace, 'get', 'serviceaccounts', '-o', 'name']).includes('default'),
    )
    // Nothing is admitted before the quota’s use has been counted.
    await eventually('the quota’s status', () =>
      execFileSync('kubectl', ['-n', namespace, 'get', 'resourcequota', 'bounds', '-o', 'json']).includes('"used"'),
    )
  }
  const range = { min: { cpu: '10m', memory: '32Mi' }, max: { cpu: '2', memory: '1Gi' } }
  const defaults = { default: { cpu: '500m', ...disk.limit }, defaultRequest: disk.request }
  apply(helped, 'LimitRange', { limits: [{ type: 'Container', ...range, ...defaults }] })
}, 180_000)

afterAll(() => {
  recordFigures('quota', { admitted })
  execFileSync('kubectl', ['delete', 'namespace', strict, helped, '--wait=false'])
})

const bounded = {
  ...jobPods({ runtimeSettings: { container: { resources } }, maintenance: resources }),
  ...synthesized(true),
}
const byDefault = { ...jobPods({}), ...synthesized(false) }

test('every pod of Holdfast is among those that are judged', () => {
  const names = ['backup', 'finish', 'maintain', 'check', 'unlock', 'notify']
  const system = ['data', 'data-trigger', 'holdfast-controller', 'holdfast-pushgateway']
  expect(Object.keys(bounded).sort()).toEqual([...names, ...system].sort())
  expect(Object.keys(byDefault).sort()).toEqual(Object.keys(bounded).sort())
})

describe('where a quota counts requests and limits of processor, memory and disk', () => {
  test.each(Object.entries(bounded))('%s is admitted with the bounds that it can be given', (_, spec) => {
    expect(admit(strict, spec)).toBe('admitted')
  })

  test.each(Object.entries(byDefault))(
    '%s without them is refused, and the API server says what is missing',
    (_, spec) => {
      expect(admit(strict, spec)).toContain('must specify limits.cpu')
    },
  )

  test.each(Object.entries(byDefault))('%s needs none where a LimitRange has defaults', (_, spec) => {
    expect(admit(helped, spec)).toBe('admitted')
  })
})
