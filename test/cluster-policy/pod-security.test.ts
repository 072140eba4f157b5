import { expect, test } from '@jest/globals'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { baselineViolations } from '../../lib/pod-security/baseline.js'
import { restrictedViolations } from '../../lib/pod-security/restricted.js'
import { at } from '../constructs/policy-app.js'
import { corpus } from './corpus.js'
import { moverJobs } from './linters.js'

const placeOfTemplate: Readonly<Record<string, string>> = {
  CronJob: 'spec.jobTemplate.spec.template.spec',
  Deployment: 'spec.template.spec',
  Job: 'spec.template.spec',
}

/** Every pod that a set of manifests brings about, by the object that makes it. */
const podsOf = (objects: readonly ManifestObject[]) =>
  [...objects, ...moverJobs(objects)].flatMap(object => {
    const place = placeOfTemplate[object.kind]
    return place === undefined
      ? []
      : [{ name: `${object.kind} ${object.metadata.name}`, spec: at<object>(object, place) }]
  })

/** Pods that `restricted` refuses, by the set that they are in: what their policy or Repository says makes it so. */
const typed: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'a policy that reads any file': {
    'Job backupconfiguration-orders': ['Capabilities', 'Running as Non-root', 'Running as Non-root user'],
  },
  'policies whose repositories are folders of a node and of a server': {
    'Job backupconfiguration-on-node': ['HostPath Volumes'],
    'Job backupconfiguration-on-server': ['Volume Types'],
  },
}
const sets = corpus().map(({ name, objects }) => ({ name, pods: podsOf(objects) }))

test('no kind that is synthesized makes pods beside those that are judged', () => {
  const makers = ['DaemonSet', 'Pod', 'ReplicaSet', 'StatefulSet']
  const objects = corpus().flatMap(set => set.objects)
  expect(objects.filter(({ kind }) => makers.includes(kind))).toEqual([])
  expect(sets.flatMap(({ pods }) => pods).length).toBeGreaterThan(20)
})

/** The controls that refuse each pod of a set, none left out. */
const refusedBy = (judge: typeof restrictedViolations, pods: (typeof sets)[number]['pods']) =>
  Object.fromEntries(
    pods.flatMap(({ name, spec }) => {
      const controls = [...new Set(judge({ spec }).map(({ control }) => control))].sort()
      return controls.length === 0 ? [] : [[name, controls] as const]
    }),
  )

test.each(sets.map(({ name, pods }) => [name, pods] as const))(
  'Pod Security restricted lets every pod in but those whose policy or Repository says otherwise: %s',
  (name, pods) => {
    expect(refusedBy(restrictedViolations, pods)).toEqual(typed[name] ?? {})
  },
)

test('baseline lets in what only reads any file, and only folders of nodes take more', () => {
  const all = sets.flatMap(({ pods }) => pods)
  expect(refusedBy(baselineViolations, all)).toEqual({ 'Job backupconfiguration-on-node': ['HostPath Volumes'] })
})
