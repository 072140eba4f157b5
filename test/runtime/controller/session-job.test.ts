import { describe, expect, test } from '@jest/globals'
import { annotations, labels } from '../../../lib/api/group.js'
import type { Container, JobTemplate, PodSpec } from '../../../lib/pod.js'
import { finishJob } from '../../../runtime/controller/session/finish-job.js'
import { interimClaim, sessionJob } from '../../../runtime/controller/session/job.js'
import type { SessionObserved } from '../../../runtime/controller/session/observed.js'
import { needsPlacement, onNode } from '../../../runtime/controller/session/placement.js'
import { at, backupSession, begun, configuration, observe, repository, restoreSession } from './observation.js'

type Job = JobTemplate & { metadata: { ownerReferences: unknown; name: string } }

function made(different: Partial<SessionObserved> = {}): Job {
  const observed = observe(different)
  if (observed.template?.ok !== true) throw new Error('the template does not resolve')
  return sessionJob(observed, observed.template.template, 1, 'job-1') as unknown as Job
}
const containersOf = ({ spec }: Job): readonly Container[] => [
  ...spec.template.spec.initContainers,
  ...spec.template.spec.containers,
]
const values = (container: Container | undefined) =>
  Object.fromEntries((container?.env ?? []).map(each => [each.name, each.value]))

describe('the Job of an attempt', () => {
  test('gives every container the session’s values before all other variables', () => {
    for (const container of containersOf(made())) {
      expect(container.env?.slice(0, 4)).toEqual([
        { name: 'BACKUP_SESSION', value: 'data-202611221159' },
        { name: 'RESTORE_SESSION', value: '' },
        { name: 'SESSION_UID', value: 'session-uid' },
        { name: 'ATTEMPT', value: '1' },
      ])
    }
  })

  test('tells every container the name of the cluster of the control plane, whatever the Repository calls it', () => {
    const { settings } = observe()
    const named = made({
      settings: { ...settings, clusterName: 'production' },
      repository: repository({ clusterName: 'eu' }),
    })
    for (const container of containersOf(named))
      expect(values(container)).toMatchObject({ PROMETHEUS_CLUSTER_NAME: 'production' })
  })

  test('tells its session’s values although a policy has variables of the same names', () => {
    const env = [
      { name: 'SESSION_UID', value: 'forged' },
      { name: 'MAY_INITIALIZE', value: 'true' },
    ]
    const seen = observe({ configuration: configuration({ runtimeSettings: { container: { env } } }) })
    // Refusing such a policy keeps the promise as well as overruling it.
    if (seen.template?.ok !== true) return
    for (const container of containersOf(made(seen)))
      expect(values(container)).toMatchObject({ SESSION_UID: 'session-uid', MAY_INITIALIZE: 'false' })
  })

  test('may make the repository only while none is known, and only for a backup', () => {
    const may = (seen: Partial<SessionObserved>) => values(containersOf(made(seen))[0])['MAY_INITIALIZE']
    expect(may({ repository: repository({}, {}) })).toBe('true')
    expect(may({})).toBe('false')
    expect(may({ repository: repository({}, {}), session: restoreSession() })).toBe('false')
  })

  test('has no longer than what is left of the session, and its pod ends first', () => {
    const { spec } = made({ configuration: configuration({ timeOut: '1h', startDeadline: '10m' }) })
    expect(spec.template.spec.activeDeadlineSeconds).toBe(3540)
    expect(spec.activeDeadlineSeconds).toBe(3540 + 600 + 60)
    const late = made({ session: backupSession({ sessionDeadline: at(-5) }) })
    expect(late.spec.template.spec.activeDeadlineSeconds).toBe(1)
  })

  test('belongs to its session, which may be deleted without waiting for it', () => {
    expect(made().metadata.ownerReferences).toEqual([
      {
        apiVersion: 'holdfast.dev/v1alpha1',
        kind: 'BackupSession',
        name: 'data-202611221159',
        uid: 'session-uid',
        controller: true,
        blockOwnerDeletion: false,
      },
    ])
  })

  test('carries our labels and none of its owner’s, which a GitOps tool would take for its own', () => {
    const tracked = { 'argocd.argoproj.io/instance': 'shop', 'kustomize.toolkit.fluxcd.io/name': 'shop' }
    const job = made({
      session: backupSession({}, { labels: tracked }),
      configuration: configuration({}, undefined, { labels: tracked }),
    })
    const own = {
      'app.kubernetes.io/managed-by': 'holdfast',
      'app.kubernetes.io/component': 'backup',
      [labels.job]: 'backup',
      [labels.session]: 'data-202611221159',
      [labels.configuration]: 'data',
    }
    expect(job.metadata.labels).toEqual(own)
    expect(job.spec.template.metadata.labels).toEqual(own)
    expect(Object.keys(job.metadata.annotations)).toEqual([annotations.specHash, annotations.reports])
  })

  test('is the same for the same attempt, so that two controllers make one', () => {
    expect(made()).toEqual(made())
  })

  test('mounts the session’s own interim claim, of its session and with our labels', () => {
    const policy = configuration({
      interimVolumeTemplate: { metadata: { name: 'dump' }, spec: { storageClassName: 'fast' } },
    })
    const observed = observe({ configuration: policy })
    const claim = interimClaim(observed, { metadata: { name: 'dump' }, spec: { storageClassName: 'fast' } })
    const volume = made({ configuration: policy }).spec.template.spec.volumes.find(
      each => each.name === 'holdfast-interim',
    )
    expect(volume?.persistentVolumeClaim?.claimName).toBe(claim.metadata.name)
    expect(claim.metadata.labels?.[labels.session]).toBe('data-202611221159')
    expect(claim['spec']).toEqual({ storageClassName: 'fast' })
  })
})

describe('placement', () => {
  const plain = { ...made().spec.template.spec } satisfies PodSpec
  const field = { key: 'metadata.name', operator: 'In', values: ['one'] }
  const terms = (pod: PodSpec) => {
    const affinity = pod.affinity as {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: unknown } }
    }
    return affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms
  }

  test('goes where the claim is mounted already', () => {
    expect(terms(onNode(plain, 'one'))).toEqual([{ matchFields: [field] }])
    expect(terms(made({ node: 'one' }).spec.template.spec)).toEqual([{ matchFields: [field] }])
  })

  test('keeps whatever affinity the policy asks for, in every one of its alternatives', () => {
    const zone = { matchExpressions: [{ key: 'zone', operator: 'Exists' }] }
    const named = { matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['two'] }] }
    const affinity = {
      podAffinity: { any: 'thing' },
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [1],
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [zone, named] },
      },
    }
    const placed = onNode({ ...plain, affinity }, 'one')
    expect(terms(placed)).toEqual([{ ...zone, matchFields: [field] }, { matchFields: [...named.matchFields, field] }])
    expect(placed.affinity).toMatchObject({
      podAffinity: { any: 'thing' },
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [1] },
    })
  })

  test('leaves a pod alone that names its node, or whose claim is mounted nowhere', () => {
    expect(onNode({ ...plain, nodeName: 'two' }, 'one')).toEqual({ ...plain, nodeName: 'two' })
    expect(onNode(plain, undefined)).toBe(plain)
  })

  test('matters for claims that only one node can mount', () => {
    const modes = [['ReadWriteOnce'], ['ReadWriteOncePod'], ['ReadWriteMany'], ['ReadWriteOnce', 'ReadOnlyMany'], []]
    expect(modes.map(needsPlacement)).toEqual([true, true, false, false, false])
  })
})

describe('the Job that ends an attempt in its mover’s place', () => {
  const hooks = { postBackup: { exec: { command: ['unlock'] } } }
  const observed = observe({ session: backupSession(begun()), configuration: configuration({ hooks }) })
  const finish = (reports: Parameters<typeof finishJob>[3]['reports']) => {
    const { subject } = observed
    if (subject === undefined) throw new Error('there is no subject')
    const cause = { reason: 'Evicted' as const, message: 'costs $5 and $(NOTHING)' }
    return finishJob(observed, subject, 'finish', { cause, reports }) as unknown as Job
  }

  test('runs the post hook that is owed, and not one that ran', () => {
    const ran = { holdfast: 1, step: 'run-hook', outcome: 'Succeeded', postHook: { ran: true, ok: true } } as const
    expect(containersOf(finish([])).map(each => each.name)).toEqual(['post-task-hook', 'finish'])
    expect(containersOf(finish([ran])).map(each => each.name)).toEqual(['finish'])
  })

  test('does not mount the target, and asks for nothing that a mover may not', () => {
    const { volumes, securityContext, automountServiceAccountToken } = finish([]).spec.template.spec
    expect(volumes.map(each => each.name)).toEqual(['secret-volume', 'holdfast-tmp'])
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    expect(automountServiceAccountToken).toBe(false)
  })

  test('is told the cause in words that the kubelet does not expand', () => {
    const args = containersOf(finish([])).at(-1)?.args ?? []
    expect(args[0]).toBe('finish')
    expect(args).toContain('--cause=Evicted')
    expect(args).toContain('--cause-message=costs $$5 and $$(NOTHING)')
  })
})
