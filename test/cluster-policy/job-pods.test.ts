import { describe, expect, test } from '@jest/globals'
import type { PodSettings } from '../../lib/api/runtime-settings.js'
import { restrictedViolations } from '../../lib/pod-security/restricted.js'
import { containersOf, jobPods } from './job-pods.js'
import { resources } from './policy-namespaces.js'

const kindsOfPods = ['backup', 'finish', 'maintain', 'check', 'unlock', 'notify'] as const

const placed: PodSettings = {
  nodeSelector: { 'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': 'lost' },
  nodeName: 'lost',
  affinity: { podAffinity: {} },
  tolerations: [{ key: 'batch', operator: 'Exists' }],
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
  imagePullSecrets: [{ name: 'registry' }],
  priorityClassName: 'backups',
  schedulerName: 'own',
  runtimeClassName: 'gvisor',
}

describe.each(kindsOfPods)('the pod of a %s Job', kind => {
  test('has requests and a memory limit in every container', () => {
    for (const { resources: own } of containersOf(jobPods({})[kind])) {
      expect(own).toMatchObject({
        requests: { cpu: expect.any(String), memory: expect.any(String) },
        limits: { memory: expect.any(String) },
      })
    }
  })

  test('has the bounds that were asked for in every container, hooks too, so that a quota admits it', () => {
    const pod = jobPods({ runtimeSettings: { container: { resources } }, maintenance: resources })[kind]
    const found = containersOf(pod)
    expect(found.map(each => each.resources)).toEqual(found.map(() => resources))
  })

  test('passes Pod Security restricted', () => {
    expect(restrictedViolations({ spec: jobPods({ runtimeSettings: { pod: placed } })[kind] })).toEqual([])
  })

  test('is admitted and placed by the policy’s priority, taints, runtime, scheduler and Secrets for images', () => {
    const { tolerations, imagePullSecrets, priorityClassName, schedulerName, runtimeClassName } = placed
    const pod = jobPods({ runtimeSettings: { pod: placed } })[kind]
    expect(pod).toMatchObject({ tolerations, imagePullSecrets, priorityClassName, schedulerName, runtimeClassName })
    expect(pod.nodeSelector).toMatchObject({ 'kubernetes.io/arch': 'amd64' })
  })
})

test('a backup goes where its policy says', () => {
  expect(jobPods({ runtimeSettings: { pod: placed } }).backup).toMatchObject(placed)
})

test.each(kindsOfPods.slice(1))(
  'a %s Job is tied to no node and no other pod, for the node may be the lost one',
  kind => {
    const pod = jobPods({ runtimeSettings: { pod: placed } })[kind]
    expect(pod.nodeSelector).toEqual({ 'kubernetes.io/arch': 'amd64' })
    expect(Object.keys(pod)).not.toEqual(expect.arrayContaining(['nodeName']))
    expect([pod['nodeName'], pod.affinity, pod['topologySpreadConstraints']]).toEqual([undefined, undefined, undefined])
  },
)

test.each(kindsOfPods.filter(kind => kind !== 'notify'))(
  'a %s Job of a repository in a folder of a node runs there',
  kind => {
    const backend = { local: { hostPath: { path: '/srv', node: 'two' } }, storageSecretName: 'keys' }
    const pod = jobPods({ backend, runtimeSettings: { pod: placed } })[kind]
    expect(pod.nodeSelector).toEqual({ 'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': 'two' })
  },
)
