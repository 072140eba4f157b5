import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { JobTemplate } from '../../lib/pod.js'
import { resolve } from '../../lib/resolver.js'
import type { TaskSource } from '../../lib/task-source.js'
import { isStale, passGate } from '../../lib/template-gate.js'
import type { AnySubject } from '../../lib/variables.js'
import { runtimeSettings } from '../leaves/runtime-fixture.js'
import { builtIn } from '../runtime/controller/observation.js'
import { backupSubject, restoreSubject } from './subject.js'
import { withAddedField, withChangedLeaf, withForeignValue } from './template-mutation.js'

function fresh(subject: AnySubject, task?: TaskSource): JobTemplate {
  const result = resolve(subject, task ?? builtIn(subject.kind === 'RestoreSession' ? 'pvc-restore' : 'pvc-backup'))
  if (!result.ok) throw new Error(result.problems.map(each => each.message).join())
  return result.template
}
const hooked = backupSubject({ hooks: { preBackup: { exec: { command: ['sync'] } } } })
const pass = (template: unknown, subject: AnySubject = hooked, task?: TaskSource) =>
  passGate(template, { subject, fresh: fresh(subject, task), trustedImages: ['holdfast:older'] })
const refusals = (template: unknown, subject?: AnySubject, task?: TaskSource): string[] => {
  const result = pass(template, subject, task)
  return result.ok ? [] : result.problems.map(each => `${each.code} ${each.path.slice('spec.jobTemplate.'.length)}`)
}

const dump: TaskSource = {
  name: 'dump',
  spec: { steps: [{ name: 'dump' }, ...builtIn('pvc-backup').spec.steps.slice(1)] },
  functions: {
    ...builtIn('pvc-backup').functions,
    dump: { image: 'dump:1', command: ['dump'], kubernetesAccess: { serviceAccountName: 'dumper' } },
  },
}
const local = { local: { persistentVolumeClaim: { claimName: 'store' } }, storageSecretName: 'keys' }
const folder = { local: { hostPath: { path: '/srv', node: 'one' } }, storageSecretName: 'keys' }
const good: [string, AnySubject, TaskSource | undefined][] = [
  ['a backup', backupSubject(), undefined],
  ['a restore', restoreSubject(), undefined],
  ['a backup with every setting', backupSubject({ runtimeSettings }), undefined],
  ['a restore with every setting', restoreSubject({ runtimeSettings }), undefined],
  ['a backup that reads any file', backupSubject({ privileges: 'read-any-file' }), undefined],
  ['a restore that writes any file', restoreSubject({ privileges: 'read-any-file' }), undefined],
  ['a backup to a volume', backupSubject({}, { backend: local }), undefined],
  ['a backup to a folder of a node', backupSubject({ runtimeSettings }, { backend: folder }), undefined],
  ['a backup with an interim volume', backupSubject({ interimVolumeTemplate: { spec: {} } }), undefined],
  ['a backup with hooks', hooked, undefined],
  ['a Task with access to the Kubernetes API', backupSubject(), dump],
]

describe('the gate lets through', () => {
  test.each(good)('%s as the resolver makes it', (_what, subject, task) => {
    expect(refusals(fresh(subject, task), subject, task)).toEqual([])
  })

  test('a template with an image of an earlier release', () => {
    const text = JSON.stringify(fresh(hooked)).replaceAll('holdfast:test', 'holdfast:older')
    expect(refusals(JSON.parse(text))).toEqual([])
  })
})

/** A deep copy of the template with one thing changed, as a program would write it. */
function changed(change: (pod: Record<string, unknown>, job: Record<string, unknown>) => void): unknown {
  const copy = structuredClone(fresh(hooked))
  const { spec } = copy
  change(spec.template.spec as unknown as Record<string, unknown>, spec as unknown as Record<string, unknown>)
  return copy
}
const first = (pod: Record<string, unknown>) => (pod['initContainers'] as Record<string, unknown>[])[1] ?? {}
const firstContext = (pod: Record<string, unknown>) => first(pod)['securityContext'] as Record<string, unknown>
const context = (pod: Record<string, unknown>) => pod['securityContext'] as Record<string, unknown>
const c = 'spec.template.spec.initContainers[1]'
const p = 'spec.template.spec'
const secretEnv = { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'others', key: 'password' } } }

const bad: [string, string, (pod: Record<string, unknown>, job: Record<string, unknown>) => void][] = [
  ['a pod on the node’s network', `HF4001 ${p}.hostNetwork`, pod => (pod['hostNetwork'] = true)],
  ['a pod that sees the node’s processes', `HF4001 ${p}.hostPID`, pod => (pod['hostPID'] = true)],
  ['another ServiceAccount', `HF4001 ${p}.serviceAccountName`, pod => (pod['serviceAccountName'] = 'admin')],
  ['another ServiceAccount by its old name', `HF4001 ${p}.serviceAccount`, pod => (pod['serviceAccount'] = 'admin')],
  ['a mounted token', `HF4001 ${p}.automountServiceAccountToken`, pod => (pod['automountServiceAccountToken'] = true)],
  ['user 0', `HF4001 ${p}.securityContext`, pod => (context(pod)['runAsUser'] = 0)],
  ['group 0', `HF4001 ${p}.securityContext`, pod => (context(pod)['runAsGroup'] = 0)],
  ['a volume group 0', `HF4001 ${p}.securityContext`, pod => (context(pod)['fsGroup'] = 0)],
  ['a further group 0', `HF4001 ${p}.securityContext`, pod => (context(pod)['supplementalGroups'] = [0])],
  ['sysctls', `HF4001 ${p}.securityContext.sysctls`, pod => (context(pod)['sysctls'] = [])],
  [
    'no seccomp profile',
    `HF4001 ${p}.securityContext.seccompProfile`,
    pod => (context(pod)['seccompProfile'] = { type: 'Unconfined' }),
  ],
  ['a retry by the Job', 'HF4001 spec.backoffLimit', (_pod, job) => (job['backoffLimit'] = 3)],
  ['several pods at once', 'HF4001 spec.parallelism', (_pod, job) => (job['parallelism'] = 2)],
  ['several runs', 'HF4001 spec.completions', (_pod, job) => (job['completions'] = 2)],
  ['a replaced pod', 'HF4001 spec.podFailurePolicy', (_pod, job) => (job['podFailurePolicy'] = { rules: [] })],
  ['a suspended Job', 'HF4001 spec.suspend', (_pod, job) => (job['suspend'] = true)],
  ['a container that restarts', `HF4001 ${p}.restartPolicy`, pod => (pod['restartPolicy'] = 'OnFailure')],
  [
    'two last containers',
    `HF4001 ${p}.containers`,
    pod => (pod['containers'] = [pod['containers'], first(pod)].flat()),
  ],
  ['a runtime class', `HF4001 ${p}.runtimeClassName`, pod => (pod['runtimeClassName'] = 'host')],
  ['a priority', `HF4001 ${p}.priorityClassName`, pod => (pod['priorityClassName'] = 'system-node-critical')],
  ['a node', `HF4001 ${p}.nodeName`, pod => (pod['nodeName'] = 'control-plane')],
  ['a scheduler', `HF4001 ${p}.schedulerName`, pod => (pod['schedulerName'] = 'own')],
  ['any taint', `HF4001 ${p}.tolerations`, pod => (pod['tolerations'] = [{ operator: 'Exists' }])],
  ['labels of nodes', `HF4001 ${p}.nodeSelector`, pod => (pod['nodeSelector'] = { role: 'control-plane' })],
  ['affinity', `HF4001 ${p}.affinity`, pod => (pod['affinity'] = { podAffinity: {} })],
  ['spread', `HF4001 ${p}.topologySpreadConstraints`, pod => (pod['topologySpreadConstraints'] = [{ maxSkew: 1 }])],
  ['pull secrets', `HF4001 ${p}.imagePullSecrets`, pod => (pod['imagePullSecrets'] = [{ name: 'others' }])],
  ['an unknown image', `HF4002 ${c}.image`, pod => (first(pod)['image'] = 'evil:1')],
  ['a privileged container', `HF4001 ${c}.securityContext.privileged`, pod => (firstContext(pod)['privileged'] = true)],
  [
    'privilege escalation',
    `HF4001 ${c}.securityContext.allowPrivilegeEscalation`,
    pod => (firstContext(pod)['allowPrivilegeEscalation'] = true),
  ],
  [
    'capabilities',
    `HF4001 ${c}.securityContext.capabilities.add`,
    pod => (firstContext(pod)['capabilities'] = { drop: ['ALL'], add: ['SYS_ADMIN'] }),
  ],
  [
    'capabilities that stay',
    `HF4001 ${c}.securityContext.capabilities.drop`,
    pod => (firstContext(pod)['capabilities'] = { drop: [] }),
  ],
  ['a container of root', `HF4001 ${c}.securityContext.runAsUser`, pod => (firstContext(pod)['runAsUser'] = 0)],
  [
    'a container of root’s group',
    `HF4001 ${c}.securityContext.runAsGroup`,
    pod => (firstContext(pod)['runAsGroup'] = 0),
  ],
  ['a container without a context', `HF4001 ${c}.securityContext`, pod => delete first(pod)['securityContext']],
  ['somebody’s Secret as a variable', `HF4001 ${c}.env[0].valueFrom`, pod => (first(pod)['env'] = [secretEnv])],
  [
    'somebody’s Secret as variables',
    `HF4001 ${c}.envFrom[0]`,
    pod => (first(pod)['envFrom'] = [{ secretRef: { name: 'others' } }]),
  ],
  ['a port of the node', `HF4001 ${c}.ports[0]`, pod => (first(pod)['ports'] = [{ containerPort: 1, hostPort: 22 }])],
  [
    'an argument that no process can have',
    `HF4001 ${c}.args[1]`,
    pod => (first(pod)['args'] = ['run', `--hook=${'$$'.repeat(131_066)}`]),
  ],
  ['a probe', `HF4001 ${c}.lifecycle`, pod => (first(pod)['lifecycle'] = {})],
  [
    'a token of the Kubernetes API',
    `HF4001 ${c}.volumeMounts[0]`,
    pod => (first(pod)['volumeMounts'] = [{ name: 'holdfast-kubernetes-access', mountPath: '/token' }]),
  ],
  [
    'a folder of the node',
    `HF4001 ${p}.volumes[0]`,
    pod => (pod['volumes'] = [{ name: 'root', hostPath: { path: '/' } }]),
  ],
  [
    'somebody’s claim',
    `HF4001 ${p}.volumes[0]`,
    pod => (pod['volumes'] = [{ name: 'x', persistentVolumeClaim: { claimName: 'others' } }]),
  ],
  [
    'somebody’s Secret as a volume',
    `HF4001 ${p}.volumes[0]`,
    pod => (pod['volumes'] = [{ name: 'x', secret: { secretName: 'others' } }]),
  ],
  [
    'a volume of two sources',
    `HF4001 ${p}.volumes[0]`,
    pod => (pod['volumes'] = [{ name: 'x', emptyDir: {}, hostPath: { path: '/' } }]),
  ],
]

describe('the gate refuses', () => {
  test.each(bad)('%s, with its path', (_what, refusal, change) => {
    expect(refusals(changed(change))).toEqual([refusal])
  })

  test('everything at once', () => {
    const template = changed((pod, job) => {
      for (const [, , change] of bad.slice(0, 4)) change(pod, job)
    })
    expect(refusals(template).sort()).toEqual(
      bad
        .slice(0, 4)
        .map(([, refusal]) => refusal)
        .sort(),
    )
  })

  test('a ServiceAccount by its old name alone, which Kubernetes would take', () => {
    const template = changed(pod => {
      delete pod['serviceAccountName']
      pod['serviceAccount'] = 'admin'
    })
    expect(refusals(template)).toEqual(['HF4001 spec'])
  })

  test('a folder of the node that goes up from the repository’s', () => {
    const subject = backupSubject({}, { backend: folder })
    const copy = structuredClone(fresh(subject))
    const volumes = copy.spec.template.spec.volumes as unknown as { hostPath?: { path: string } }[]
    const at = volumes.findIndex(({ hostPath }) => hostPath !== undefined)
    volumes[at] = { ...volumes[at], hostPath: { ...volumes[at]?.hostPath, path: '/srv/../etc' } }
    expect(refusals(copy, subject)).toEqual([`HF4001 ${p}.volumes[${at}]`])
  })

  test('a changed command in the container that holds a token', () => {
    const copy = JSON.parse(JSON.stringify(fresh(backupSubject(), dump)).replace('["dump"]', '["sh"]'))
    expect(refusals(copy, backupSubject(), dump)).toEqual([
      'HF4001 spec.template.spec.initContainers[0].volumeMounts[0]',
    ])
  })
})

/** What a configuration may choose anyway, or what the API server drops: a pod that differs here may do nothing more. */
const free = [
  /^metadata\.(labels|annotations)\./,
  /^spec\.template\.metadata\.(labels|annotations)\./,
  /^spec(\.template\.spec)?\.activeDeadlineSeconds$/,
  /^spec\.template\.spec\.(enableServiceLinks|terminationGracePeriodSeconds)$/,
  /^spec\.template\.spec\.securityContext\.(runAsUser|runAsGroup|fsGroupChangePolicy)$/,
  /ontainers\[\d\]\.(name|args\[\d+\]|imagePullPolicy|terminationMessagePath|terminationMessagePolicy)$/,
  /ontainers\[\d\]\.(env|volumeMounts)\[\d\]\./,
  /ontainers\[\d\]\.resources\./,
  /ontainers\[\d\]\.securityContext\.(readOnlyRootFilesystem|capabilities\.added)$/,
  /^spec\.template\.spec\.volumes\[\d\]\.(name|persistentVolumeClaim\.readOnly|secret\.(optional|defaultMode))$/,
  /^spec\.template\.spec\.volumes\[\d\]\.(persistentVolumeClaim|secret|emptyDir)\.added$/,
]

describe('a changed template', () => {
  const template = fresh(hooked)
  const gate = { subject: hooked, fresh: template, trustedImages: [] }
  const ok = (each: { template: unknown }) => passGate(each.template, gate).ok

  test('passes only where a configuration may choose anyway', () => {
    const mutations = [...withAddedField(template, 'added', true), ...withChangedLeaf(template)]
    const passed = mutations.filter(ok).map(({ path }) => path)
    expect(passed.filter(path => !free.some(pattern => pattern.test(path)))).toEqual([])
  })

  test('is read or refused, and never breaks the gate, whatever is in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, pick) => {
        const mutations = withForeignValue(template, value)
        const mutation = mutations[pick % mutations.length]
        expect(typeof passGate(mutation?.template, gate).ok).toBe('boolean')
      }),
      { numRuns: 100 },
    )
  })

  test('passes with no other placement than the configuration’s, and with none left out', () => {
    const subject = backupSubject({ runtimeSettings }, { backend: folder })
    const placed = fresh(subject)
    const placement =
      /^spec\.template\.spec\.(nodeSelector|nodeName|affinity|tolerations|topology|imagePull|priority|scheduler|runtimeC)/
    const mutations = [
      ...withAddedField(placed, 'added', 'x'),
      ...withChangedLeaf(placed),
      ...withForeignValue(placed, null),
    ]
    const placing = mutations.filter(({ path }) => placement.test(path))
    expect(new Set(placing.map(({ path }) => path)).size).toBeGreaterThan(20)
    const passes = ({ template: each }: { template: unknown }) =>
      passGate(each, { subject, fresh: placed, trustedImages: [] }).ok
    expect(placing.filter(passes).map(({ path }) => path)).toEqual([])
  })

  test('of another configuration or Repository is stale', () => {
    expect(isStale(template, hooked)).toBe(false)
    expect(isStale(template, backupSubject())).toBe(true)
    expect(isStale(template, backupSubject(hooked.spec, { clusterName: 'x' }))).toBe(true)
    for (const nothing of [undefined, null, 'x', {}, { metadata: {} }]) expect(isStale(nothing, hooked)).toBe(true)
  })
})
