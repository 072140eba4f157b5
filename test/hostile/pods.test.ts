import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { builtInFunctions, builtInTasks } from '../../lib/built-ins.js'
import { canonicalJson } from '../../lib/digest.js'
import type { Container, JobTemplate, PodSpec } from '../../lib/pod.js'
import { resolve } from '../../lib/resolver.js'
import { passGate } from '../../lib/template-gate.js'
import { type AnySubject, systemVariables, targetPaths } from '../../lib/variables.js'
import type { PodObject } from '../../runtime/controller/objects.js'
import { finishJob } from '../../runtime/controller/session/finish-job.js'
import { interimClaimNameOf, sessionJob } from '../../runtime/controller/session/job.js'
import { notifyJob } from '../../runtime/controller/session/notify-job.js'
import type { SessionObserved } from '../../runtime/controller/session/observed.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import {
  at,
  backupSession,
  begun,
  configuration,
  observe,
  repository,
  restoreSession,
} from '../runtime/controller/observation.js'
import { runs, Tally } from './cases.js'
import { hostileText } from './hostile-text.js'
import { podFindings, projectedRequests, received } from './pod-oracle.js'
import { tenantSpecs } from './tenant-objects.js'

const tally = new Tally('pods')
afterAll(() => tally.leave())

const killed = { terminated: { exitCode: 137, reason: 'Error' } }
const forgedPod = (name: string): PodObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop' },
  status: { phase: 'Failed', containerStatuses: [{ name: 'pvc-backup', state: killed }] },
})
const podOf = (job: KubeObject): PodSpec => (job['spec'] as JobTemplate['spec']).template.spec
type Values = AnySubject['spec']

/** The subject of a tenant’s objects with the built-in Task, whichever Task they name. */
function subjectOf(spec: Values, store: ReturnType<typeof repository>['spec']): AnySubject {
  const { task: _task, ...rest } = spec
  const common = {
    namespace: 'shop',
    repository: { name: 'store', namespace: 'shop', spec: store },
    image: 'holdfast:test',
  }
  return 'schedule' in spec
    ? ({ ...common, kind: 'BackupConfiguration', name: 'data', spec: rest } as AnySubject)
    : ({ ...common, kind: 'RestoreSession', name: 'back', spec: rest } as AnySubject)
}

function observedOf(subject: AnySubject, store: ReturnType<typeof repository>) {
  if (subject.kind === 'BackupConfiguration') {
    const { jobTemplate: _template, ...spec } = subject.spec
    return observe({ session: backupSession(begun()), configuration: configuration(spec), repository: store })
  }
  return observe({ session: restoreSession(subject.spec, begun()), repository: store })
}

const anywhere = {
  nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
  affinity: { nodeAffinity: {} },
  tolerations: [{ operator: 'Exists' }],
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
}
const placing = new Set([
  ...Object.keys(anywhere),
  'nodeName',
  'priorityClassName',
  'runtimeClassName',
  'schedulerName',
])
const placementOf = (settings: object = {}) => Object.entries(settings).filter(([field]) => placing.has(field))

const backups = tenantSpecs<Values>('BackupConfiguration')
const restores = tenantSpecs<Values>('RestoreSession')
const stores = tenantSpecs('Repository', [repository().spec])

describe('whatever a tenant writes that the API server takes', () => {
  test('a Job mounts only the named claim and the repository, is not privileged and gets the arguments of a benign one', () => {
    let made = 0
    fc.assert(
      fc.property(fc.oneof(backups, restores), stores, (spec, storeSpec) => {
        tally.count('session Job')
        const store = repository(storeSpec)
        const subject = subjectOf(spec, storeSpec)
        const name = subject.kind === 'BackupConfiguration' ? 'pvc-backup' : 'pvc-restore'
        const resolution = resolve(subject, {
          name,
          spec: builtInTasks[name] ?? { steps: [] },
          functions: builtInFunctions,
        })
        if (!resolution.ok) return
        made += 1
        const observed = observedOf(subject, store)
        const pod = podOf(sessionJob(observed, resolution.template, 1, 'job-1'))
        const interim = interimClaimNameOf(observed.session, subject.spec.interimVolumeTemplate)
        expect(podFindings(subject, pod, interim)).toEqual([])
        expectValues(subject, pod)
      }),
      runs(800),
    )
    expect(made).toBeGreaterThan(300)
  })

  test('a committed template places the pod as the configuration says, and nowhere else', () => {
    let passed = 0
    fc.assert(
      fc.property(backups, stores, backups, (spec, storeSpec, other) => {
        tally.count('committed template')
        const subject = subjectOf(spec, storeSpec)
        const source = {
          name: 'pvc-backup',
          spec: builtInTasks['pvc-backup'] ?? { steps: [] },
          functions: builtInFunctions,
        }
        const resolution = resolve(subject, source)
        if (!resolution.ok) return
        const { template } = resolution
        const gate = { subject, fresh: template, trustedImages: [] }
        expect(passGate(template, gate)).toEqual({ ok: true, template })
        passed += 1
        const foreign = placementOf(other.runtimeSettings?.pod)
        for (const [field, value] of [...foreign, ...Object.entries(anywhere)]) {
          const committed = structuredClone(template)
          const pod = committed.spec.template.spec as Record<string, unknown>
          if (canonicalJson(pod[field]) === canonicalJson(value)) continue
          pod[field] = value
          const result = passGate(committed, gate)
          const paths = result.ok ? [] : result.problems.map(({ path }) => path)
          expect(paths).toEqual([`spec.jobTemplate.spec.template.spec.${field}`])
        }
      }),
      runs(100),
    )
    expect(passed).toBeGreaterThan(40)
  })

  test('a finish Job asks for nothing more than the session’s own', () => {
    fc.assert(
      fc.property(fc.oneof(backups, restores), stores, hostileText, hostileText, (spec, storeSpec, words, podName) => {
        tally.count('finish Job')
        const subject = subjectOf(spec, storeSpec)
        // Anybody can make a pod that seems to be the Job’s, under any name.
        const dead = forgedPod(podName)
        const observed = { ...observedOf(subject, repository(storeSpec)), pod: dead }
        const cause = { reason: 'StepFailed', message: words } as const
        const pod = podOf(finishJob(observed, subject, 'job-1-finish', { cause, reports: [] }))
        const found = podFindings(subject, pod, '').filter(each => !each.startsWith('container finish: its arguments'))
        expect(found).toEqual([])
        const finish = pod.containers[0]
        expect(finish?.args?.filter(argument => !/^(finish|--[a-z-]+=)/.test(argument))).toEqual([])
        expect(received(finish, 'cause-message')).toBe(words)
      }),
      runs(400),
    )
  })

  test('a notify Job mounts nothing but the credentials that its notifications name', () => {
    let made = 0
    fc.assert(
      fc.property(fc.oneof(backups, restores), stores, hostileText, (spec, storeSpec, words) => {
        const subject = subjectOf(spec, storeSpec)
        const notifications = subject.spec.hooks?.notifications ?? []
        const [first] = notifications.flatMap(each => each.on)
        if (first === undefined) return
        tally.count('notify Job')
        made += 1
        const observed = observedOf(subject, repository(storeSpec))
        const ready = { type: 'Ready', status: 'False', reason: 'Failed', message: words, lastTransitionTime: at(0) }
        const status = { ...observed.session.status, phase: first, conditions: [ready] }
        const session = { ...observed.session, status } as SessionObserved['session']
        const job = notifyJob({ ...observed, session }, 'job-notify', notifications)
        const pod: PodSpec = { ...podOf(job), volumes: podOf(job).volumes ?? [] }
        expect(podFindings(subject, { ...pod, initContainers: [], volumes: [] }, '')).toEqual([])
        const [credentials, ...others] = pod.volumes
        expect(others).toEqual([])
        const [container] = pod.containers
        const mounts = container?.volumeMounts ?? []
        expect(mounts.map(each => each.name)).toEqual(pod.volumes.map(each => each.name))
        expect((container?.env ?? []).filter(each => each.valueFrom !== undefined)).toEqual([])
        expect(JSON.parse(received(container, 'session') ?? '')).toMatchObject({ message: words.slice(0, 4096) })
        const due = notifications.filter(each => each.on.some(event => event === first))
        expect(JSON.parse(received(container, 'notifications') ?? '')).toEqual(due)
        expect(credentials?.['projected'] ?? projectedRequests([])).toEqual(projectedRequests(due))
      }),
      runs(800),
    )
    expect(made).toBeGreaterThan(50)
  })
})

/** What reaches the mover is exactly what the tenant wrote: nothing expanded, split, cut or added. */
function expectValues(subject: AnySubject, pod: PodSpec): void {
  const containers: readonly Container[] = [...pod.initContainers, ...pod.containers]
  const mover = containers.find(each => each.args?.[0] === 'pvc-backup' || each.args?.[0] === 'pvc-restore')
  const json = (flag: string): unknown => JSON.parse(received(mover, flag) ?? 'null')
  const values = systemVariables(subject)
  const text = (name: string) => {
    const value = values.get(name)
    return value !== undefined && 'text' in value ? value.text : undefined
  }
  expect(received(mover, 'hostname')).toBe(text('HOSTNAME'))
  expect(received(mover, 'repository')).toBe(text('REPOSITORY_URL'))
  expect(received(mover, 'session-uid')).toBe(subject.kind === 'BackupConfiguration' ? 'session-uid' : 'restore-uid')
  if (subject.kind === 'BackupConfiguration') {
    expect(json('paths')).toEqual(targetPaths(subject.spec.target))
    expect(json('exclude')).toEqual(subject.spec.target.exclude ?? [])
    expect(json('args')).toEqual(subject.spec.target.args ?? [])
  }
  const hooks: Record<string, unknown> = subject.spec.hooks ?? {}
  for (const hook of containers.filter(each => each.name.endsWith('-hook'))) {
    const asked: unknown = JSON.parse(received(hook, 'hook') ?? 'null')
    expect(Object.values(hooks)).toContainEqual(asked)
  }
}
