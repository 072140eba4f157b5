import { describe, expect, test } from '@jest/globals'
import { App, Chart } from 'cdk8s'
import { Holdfast, type HoldfastProps, PolicyDefaults, VolumeBackup } from '../../constructs/index.js'
import type { PodSettings } from '../../lib/api/runtime-settings.js'
import { runtimeSettings } from '../leaves/runtime-fixture.js'
import { at, manifestOf, minimal, policyApp } from './policy-app.js'

const fields = ['nodeSelector', 'tolerations', 'imagePullSecrets', 'priorityClassName', 'runtimeClassName'] as const

type PodFields = Readonly<Record<string, unknown>>
const taken = (pod: PodFields) =>
  Object.fromEntries(Object.entries(pod).filter(([field]) => [...fields, 'schedulerName'].includes(field)))
const registry = { imagePullSecrets: [{ name: 'registry' }] }

describe('the pod of a trigger', () => {
  function triggerPod(pod: PodSettings, defaults?: PodSettings): PodFields {
    const { app, chart, repository } = policyApp()
    if (defaults !== undefined) new PolicyDefaults(chart, 'defaults', { runtimeSettings: { pod: defaults } })
    const settings = Object.keys(pod).length === 0 ? {} : { runtimeSettings: { pod } }
    new VolumeBackup(chart, 'orders', { ...minimal(repository), ...settings })
    return at<PodFields>(manifestOf(app, 'CronJob'), 'spec.jobTemplate.spec.template.spec')
  }

  test('is admitted as the movers of its policy are', () => {
    const { nodeSelector: _labels, ...pod } = runtimeSettings.pod ?? {}
    expect(taken(triggerPod(pod))).toEqual(taken(pod))
  })

  test('runs on the same machines, and also where the mover finds no node: only a session can say so', () => {
    const machine = { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'arm64' }
    const nodeSelector = { ...machine, disk: 'ssd', 'kubernetes.io/hostname': 'one' }
    const made = triggerPod({ ...runtimeSettings.pod, nodeSelector })
    expect(made['nodeSelector']).toEqual(machine)
    for (const field of ['nodeName', 'affinity', 'topologySpreadConstraints']) expect(made).not.toHaveProperty(field)
  })

  test('takes what PolicyDefaults says for a namespace', () => {
    expect(triggerPod({}, registry)).toMatchObject(registry)
  })

  test('has nothing of this when the policy says nothing, or something empty', () => {
    expect(taken(triggerPod({}))).toEqual({ schedulerName: 'default-scheduler' })
    const empty = { nodeSelector: { 'kubernetes.io/hostname': 'one' }, tolerations: [], imagePullSecrets: [] }
    expect(taken(triggerPod(empty))).toEqual({ schedulerName: 'default-scheduler' })
  })
})

describe('the pods of the system', () => {
  function systemPods(props: HoldfastProps) {
    const app = new App()
    new Holdfast(new Chart(app, 'system'), 'holdfast', props)
    const podOf = (name: string) => at<PodFields>(manifestOf(app, 'Deployment', name), 'spec.template.spec')
    return { controller: podOf('holdfast-controller'), pushgateway: podOf('holdfast-pushgateway') }
  }
  const pod = {
    nodeSelector: { 'kubernetes.io/hostname': 'one' },
    tolerations: [{ key: 'system', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }],
    ...registry,
    priorityClassName: 'system-cluster-critical',
    schedulerName: 'own',
    runtimeClassName: 'gvisor',
  }

  test('are admitted and find a node as `pod` says, both of them', () => {
    const { controller, pushgateway } = systemPods({ pod })
    expect(taken(controller)).toEqual(pod)
    expect(taken(pushgateway)).toEqual(pod)
  })

  test('differ where the Pushgateway has settings of its own, even empty ones', () => {
    const nodeSelector = { pool: 'storage' }
    const { controller, pushgateway } = systemPods({ pod, pushgateway: { pod: { nodeSelector } } })
    expect(taken(controller)).toEqual(pod)
    expect(taken(pushgateway)).toEqual({ nodeSelector, schedulerName: 'default-scheduler' })
    expect(taken(systemPods({ pod, pushgateway: { pod: {} } }).pushgateway)).toEqual({
      schedulerName: 'default-scheduler',
    })
  })

  test('keep two controllers from one node whatever else is said', () => {
    expect(systemPods({ pod, replicas: 2 }).controller).toHaveProperty('affinity.podAntiAffinity')
  })

  test('with settings that are none are refused, with the field', () => {
    const wrong = { tolerations: [{ operator: 'exists' }], nodeName: 'one' } as never
    const message = /pod\.tolerations\[0\]\.operator: got "exists"[\s\S]*pod\.nodeName: unknown field/
    expect(() => systemPods({ pod: wrong })).toThrow(message)
    expect(() => systemPods({ pushgateway: { pod: { nodeSelector: 'one' } as never } })).toThrow(
      /pushgateway\.pod\.nodeSelector/,
    )
    expect(() => systemPods({ pod: { tolerations: null, imagePullSecrets: 'registry' } as never })).toThrow(/HF\d+/)
  })
})
