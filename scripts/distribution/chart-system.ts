import type { HoldfastProps, SystemPodSettings } from '../../constructs/index.js'
import { describeManifest, type ManifestObject } from '../../lib/fleet/manifest.js'
import { defaultValues } from './chart-values.js'
import { isDefinition, systemObjects } from './system-objects.js'
import type { Sentinel } from './template-text.js'
import type { Guarded, Template } from './template-tree.js'
import { templateOf, type Variation } from './variation.js'

/** Texts that no manifest of ours holds by itself. */
const texts = {
  namespace: 'holdfast-release-namespace',
  image: 'HOLDFAST-IMAGE',
  cluster: 'HOLDFAST-CLUSTER',
  trusted: 'HOLDFAST-TRUSTED',
  folder: '/HOLDFAST-FOLDER',
  gatewayImage: 'HOLDFAST-GATEWAY-IMAGE',
  gatewayStorage: 'HOLDFAST-GATEWAY-STORAGE',
  gatewayClass: 'HOLDFAST-GATEWAY-CLASS',
  gatewayUrl: 'HOLDFAST-GATEWAY-URL',
}

/** Where those texts stand, the chart puts values. */
export const sentinels: readonly Sentinel[] = [
  { text: texts.namespace, pipeline: '.Release.Namespace' },
  { text: texts.image, pipeline: '.Values.image' },
  { text: texts.cluster, pipeline: '.Values.clusterName | default ""' },
  { text: JSON.stringify([texts.trusted]), pipeline: 'toRawJson .Values.trustedImages' },
  { text: JSON.stringify([texts.folder]), pipeline: 'toRawJson .Values.repositoryFolders' },
  { text: texts.gatewayImage, pipeline: '.Values.pushgateway.image' },
  { text: texts.gatewayStorage, pipeline: '.Values.pushgateway.storage' },
  { text: texts.gatewayClass, pipeline: '.Values.pushgateway.storageClassName' },
  { text: texts.gatewayUrl, pipeline: '.Values.pushgateway.url' },
]

const pod: Required<SystemPodSettings> = {
  nodeSelector: { full: 'yes' },
  tolerations: [{ key: 'full' }],
  imagePullSecrets: [{ name: 'full' }],
  priorityClassName: 'full',
  runtimeClassName: 'full',
  schedulerName: 'full',
}
const otherPod: SystemPodSettings = {
  nodeSelector: { other: 'yes' },
  tolerations: [{ key: 'other' }],
  imagePullSecrets: [{ name: 'other' }],
  priorityClassName: 'other',
  runtimeClassName: 'other',
  schedulerName: 'other',
}

const pushgateway = {
  image: texts.gatewayImage,
  storage: texts.gatewayStorage,
  resources: defaultValues.pushgateway.resources,
  pod,
}
/** Everything that can be there, and a text of its own in every place that a text can change. */
const full: HoldfastProps = {
  namespace: texts.namespace,
  image: texts.image,
  replicas: 2,
  clusterName: texts.cluster,
  trustedImages: [texts.trusted],
  repositoryFolders: [texts.folder],
  pushgateway: { ...pushgateway, storageClassName: texts.gatewayClass },
  resources: defaultValues.resources,
  pod,
  crds: false,
}

interface PropsVariation extends Omit<Variation<unknown>, 'result'> {
  readonly props: HoldfastProps
}

const container = (field: string) => `spec.template.spec.containers.0.${field}`
const heap = /^--max-old-space-size=\d+$/

/** The variations of what admits and places a pod, given by `values`: each field comes and goes, and has a value. */
function podVariations(values: string, propsOf: (pod: SystemPodSettings) => HoldfastProps): PropsVariation[] {
  const { schedulerName: _always, ...optional } = pod
  const pipelines: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.keys(optional).map(field => [field, `toJson ${values}.${field}`])),
    schedulerName: `${values}.schedulerName | default "default-scheduler" | toJson`,
  }
  const at = (path: string) => (path.startsWith(podPath) ? pipelines[path.slice(podPath.length)] : undefined)
  const absent = Object.keys(optional).map(field => {
    const { [field as keyof SystemPodSettings]: _absent, ...others } = pod
    return { props: propsOf(others), when: `${values}.${field}` }
  })
  return [...absent, { props: propsOf(otherPod), at }]
}
const podPath = 'spec.template.spec.'
const gatewayPod = '(ternary .Values.pushgateway.pod .Values.pod (hasKey .Values.pushgateway "pod"))'

const variations: readonly PropsVariation[] = [
  ...podVariations('.Values.pod', given => ({ pod: given })),
  ...podVariations(gatewayPod, given => ({ pushgateway: { ...full.pushgateway, pod: given } })),
  { props: { pushgateway: { url: texts.gatewayUrl } }, when: 'not (hasKey .Values.pushgateway "url")' },
  { props: { pushgateway }, when: '.Values.pushgateway.storageClassName' },
  {
    props: { pushgateway: { ...full.pushgateway, resources: {} } },
    at: path => (path === container('resources') ? 'toJson .Values.pushgateway.resources' : undefined),
  },
  { props: { repositoryFolders: [] }, when: '.Values.repositoryFolders' },
  { props: { functions: false }, when: '.Values.functions' },
  { props: { teamRoles: false }, when: '.Values.teamRoles' },
  { props: { replicas: 1 }, when: 'gt (int .Values.replicas) 1' },
  { props: { replicas: 3 }, at: path => (path === 'spec.replicas' ? 'int .Values.replicas' : undefined) },
  {
    props: { resources: { limits: { memory: '1Gi' } } },
    at: (path, value) => {
      if (path === container('resources')) return 'toJson .Values.resources'
      const isHeap = typeof value === 'string' && heap.test(value)
      return isHeap ? 'include "holdfast.heapOption" . | toJson' : undefined
    },
  },
]

/** An object of the chart, and when it is there. */
export interface ChartObject extends Guarded<Template> {
  readonly object: ManifestObject
}

/** The objects of the system in their order, each with the template that gives it for any values. */
export function chartObjects(): ChartObject[] {
  const all = systemObjects(full)
  const others = variations.map(({ props, ...how }) => ({
    ...how,
    objects: byName(systemObjects({ ...full, ...props })),
  }))
  for (const { objects } of others) expectKnown(all, [...objects.keys()])
  return all
    .filter(object => !isDefinition(object))
    .map(object => {
      const name = describeManifest(object)
      const conditions = others
        .filter(({ objects }) => !objects.has(name))
        .map(({ when }) => expectCondition(name, when))
      if (object.kind === 'Namespace') conditions.push('.Values.createNamespace')
      const results = others.flatMap(({ objects, ...how }) => {
        const result = objects.get(name)
        return result === undefined ? [] : [{ ...how, result }]
      })
      return { object, conditions, value: templateOf(object, results) }
    })
}

const byName = (objects: readonly ManifestObject[]) =>
  new Map(objects.map(object => [describeManifest(object), object]))

function expectKnown(all: readonly ManifestObject[], names: readonly string[]): void {
  const known = byName(all)
  const unknown = names.filter(name => !known.has(name))
  if (unknown.length > 0)
    throw new Error(`only a variation has ${unknown.join(', ')}; the full synthesis must have all`)
}

function expectCondition(name: string, when: string | undefined): string {
  if (when === undefined) throw new Error(`${name} comes and goes with a value that is no condition`)
  return when
}
