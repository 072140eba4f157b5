import { describe, expect, test } from '@jest/globals'
import type { ManifestObject } from '../../../lib/fleet/manifest.js'
import { deriveReadAs } from '../../../lib/read-as/derive.js'
import { readAsProblems } from '../../../lib/read-as/read-as-problems.js'
import { claim, fleet, policy, repository, statefulSet } from '../coverage/fleet-objects.js'

type Context = Readonly<Record<string, unknown>>
interface Writing {
  readonly pod?: Context
  readonly containers?: readonly Context[]
  readonly initContainers?: readonly Context[]
}

const volumeMounts = [{ name: 'data', mountPath: '/var/lib' }]
const container = (securityContext: Context = {}, more: Context = {}) => ({
  name: 'main',
  volumeMounts,
  securityContext,
  ...more,
})

function podSpec({ pod = {}, containers = [container()], initContainers = [] }: Writing): Context {
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'orders' } }]
  return { securityContext: pod, containers, initContainers, volumes }
}

function deployment(writing: Writing): ManifestObject {
  const spec = { template: { spec: podSpec(writing) } }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec }
}

const derived = (writing: Writing, task: 'backup' | 'restore' = 'backup') =>
  deriveReadAs(deployment(writing), 'orders', task)
const complaint = (of: ManifestObject, spec: object = {}, name = 'orders') =>
  readAsProblems(fleet(claim('orders'), repository(), of, policy(name, { spec })))[0]?.message

describe('who a mover must be', () => {
  test('is the user of the workload, with its groups; a container’s word counts more than the pod’s', () => {
    expect(derived({ pod: { runAsUser: 1234, runAsGroup: 1235, fsGroup: 2000 } })).toEqual({
      ok: true,
      readAs: { user: 1234, group: 1235, supplementalGroups: [2000] },
    })
    expect(derived({ pod: { runAsUser: 1 }, containers: [container({ runAsUser: 1234 })] })).toEqual({
      ok: true,
      readAs: { user: 1234 },
    })
  })

  test('gives a restored volume to the workload’s group, which a backup must not', () => {
    const pod = { runAsUser: 1234, fsGroup: 2000 }
    expect(derived({ pod }, 'restore')).toEqual({ ok: true, readAs: { user: 1234, fsGroup: 2000 } })
  })

  test.each<[string, Writing, RegExp]>([
    ['the user is the image’s', {}, /runs as the user of its image, which no manifest tells/],
    ['it is root', { pod: { runAsUser: 0 } }, /writes as user 0, .*privileges: 'read-any-file'/],
    [
      'there are two users',
      { containers: [container({ runAsUser: 1 }), container({ runAsUser: 2 }, { name: 'side' })] },
      /different users \(main: user 1; side: user 2\)/,
    ],
    [
      'nobody writes',
      { containers: [container({}, { volumeMounts: [{ name: 'data', readOnly: true }] })] },
      /does not mount/,
    ],
  ])('cannot be told when %s', (_, writing, message) => {
    expect(derived(writing)).toEqual({ ok: false, message: expect.stringMatching(message) })
  })

  test('does not follow init containers that prepare the volume, but sidecars', () => {
    const writer = container({ runAsUser: 1234 })
    const root = container({ runAsUser: 0 }, { name: 'chown' })
    expect(derived({ containers: [writer], initContainers: [root] })).toMatchObject({ ok: true })
    const sidecar = { ...root, restartPolicy: 'Always' }
    expect(derived({ containers: [writer], initContainers: [sidecar] })).toMatchObject({ ok: false })
  })

  test.each(['Pod', 'CronJob', 'Job'])('is told by a %s too', kind => {
    const spec = podSpec({ pod: { runAsUser: 1234 } })
    const template = { spec: { template: { spec } } }
    const specs: Readonly<Record<string, Context>> = {
      Pod: spec,
      CronJob: { jobTemplate: template },
      Job: template.spec,
    }
    const apiVersion = kind === 'Pod' ? 'v1' : 'batch/v1'
    const object = { apiVersion, kind, metadata: { name: 'x', namespace: 'shop' }, spec: specs[kind] }
    expect(deriveReadAs(object, 'orders', 'backup')).toEqual({ ok: true, readAs: { user: 1234 } })
  })
})

describe('a mover of the fleet', () => {
  const workload = deployment({ pod: { runAsUser: 1234, runAsGroup: 1235, fsGroup: 2000 } })

  test('that shares neither user nor group with the workload is an error, and the message says what to set', () => {
    expect(complaint(workload)).toBe(
      'container main of Deployment shop/web writes as user 1234, group 1235, fsGroup 2000, and the mover reads as user 65532, group 65532: it shares neither user nor group, so a file that only its owner may read fails the backup. Set readAs: { user: 1234 }, or workload to that manifest (git.yaml:3:1)',
    )
    expect(complaint(workload, { readAs: { user: 7, supplementalGroups: [8] } })).toContain('user 7, groups 65532, 8')
  })

  test.each([
    ['the same user', { readAs: { user: 1234 } }],
    ['the same group', { readAs: { group: 1235 } }],
    ['the volume’s group', { readAs: { supplementalGroups: [2000] } }],
    ['the volume’s group as its own fsGroup', { readAs: { fsGroup: 2000 } }],
    ['the same user by runtime settings', { runtimeSettings: { container: { securityContext: { runAsUser: 1234 } } } }],
    ['privileges to read any file', { privileges: 'read-any-file' }],
    ['a Task of its own', { task: { name: 'dump' } }],
  ])('reads with %s', (_, spec) => {
    expect(complaint(workload, spec)).toBeUndefined()
  })

  test('of a workload that is root needs privileges, or the volume’s group', () => {
    expect(complaint(deployment({ pod: { runAsUser: 0 } }))).toContain("Set privileges: 'read-any-file'")
    expect(complaint(deployment({ pod: { runAsUser: 0, fsGroup: 2000 } }))).toContain('supplementalGroups: [2000]')
    expect(
      complaint(deployment({ pod: { runAsUser: 0, fsGroup: 2000 } }), { readAs: { supplementalGroups: [2000] } }),
    ).toBeUndefined()
  })

  test('of a workload whose user no manifest tells is not judged', () => {
    expect(complaint(deployment({}))).toBeUndefined()
  })

  test('of a StatefulSet’s claim is judged by its template', () => {
    const set = statefulSet('db', 2, {}, { securityContext: { runAsUser: 999 }, containers: [container()] })
    expect(complaint(set, {}, 'data-db-1')).toContain('StatefulSet shop/db writes as user 999')
    expect(complaint(set, { readAs: { user: 999 } }, 'data-db-1')).toBeUndefined()
    expect(complaint(set, {}, 'data-other-1')).toBeUndefined()
  })
})
