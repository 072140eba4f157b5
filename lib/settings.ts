import type { ContainerSettings, PodSettings } from './api/runtime-settings.js'
import type { Container, EnvVar } from './pod.js'

/** Settings of a Function, with those of the policy on top: lists are joined, anything else is replaced. */
export function mergedSettings(
  own: ContainerSettings | undefined,
  policy: ContainerSettings | undefined,
): ContainerSettings {
  return {
    ...own,
    ...policy,
    ...joined('env', own?.env, policy?.env),
    ...joined('envFrom', own?.envFrom, policy?.envFrom),
  }
}

function joined<K extends string, T>(key: K, own: T[] | undefined, policy: T[] | undefined): { [key in K]?: T[] } {
  const all = [...(own ?? []), ...(policy ?? [])]
  return all.length === 0 ? {} : ({ [key]: all } as { [key in K]: T[] })
}

/** nice and ionice reach restic through the environment, as in Stash. */
export function priorityEnvironment(settings: ContainerSettings): EnvVar[] {
  const { nice, ionice } = settings
  return [
    ...(nice === undefined ? [] : [{ name: 'NICE_ADJUSTMENT', value: String(nice.adjustment) }]),
    ...(ionice === undefined ? [] : [{ name: 'IONICE_CLASS', value: String(ionice.class) }]),
    ...(ionice?.classData === undefined ? [] : [{ name: 'IONICE_CLASS_DATA', value: String(ionice.classData) }]),
  ]
}

/** What a container takes over from its settings besides its security context. */
export function settingsOfContainer(settings: ContainerSettings): Partial<Container> {
  return {
    ...(settings.envFrom === undefined ? {} : { envFrom: settings.envFrom }),
    resources: settings.resources ?? defaultResources,
  }
}

/** Small enough for any quota, with a bound so that a leak cannot take a node down. */
export const defaultResources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '1Gi' } }

/** What a pod takes over from its settings besides its security context, labels and annotations. */
export function settingsOfPod(settings: PodSettings = {}): Record<string, unknown> {
  const {
    securityContext: _context,
    podLabels: _labels,
    podAnnotations: _annotations,
    enableServiceLinks,
    ...rest
  } = settings
  return { ...rest, enableServiceLinks: enableServiceLinks ?? false }
}

/** What admits a pod and finds it a fitting node. */
export type PlacementSettings = Pick<
  PodSettings,
  'nodeSelector' | 'tolerations' | 'imagePullSecrets' | 'priorityClassName' | 'schedulerName' | 'runtimeClassName'
>

/** These of the settings, less those that say nothing: the API server would drop an empty list. */
export function placementOf(settings: PodSettings = {}): PlacementSettings {
  const { nodeSelector, tolerations, imagePullSecrets, priorityClassName, schedulerName, runtimeClassName } = settings
  const taken = { nodeSelector, tolerations, imagePullSecrets, priorityClassName, schedulerName, runtimeClassName }
  return Object.fromEntries(Object.entries(taken).filter(([, value]) => Object.keys(value ?? {}).length > 0))
}

/**
 * What the pods take over that do not mount the volume (finish, notify, maintain, unlock), so that whatever
 * admits and places the policy’s own pods does the same with them. Not what ties a pod to one node or to others: the
 * node may be the one that was lost. `node` is the one that has the repository.
 */
export function settingsOfUpkeepPod(settings: PodSettings = {}, node?: string): PlacementSettings {
  const { nodeSelector, ...others } = placementOf(settings)
  const { [hostnameLabel]: _node, ...kept } = nodeSelector ?? {}
  const labels = { ...kept, ...(node === undefined ? {} : { [hostnameLabel]: node }) }
  return { ...others, ...(Object.keys(labels).length === 0 ? {} : { nodeSelector: labels }) }
}

const hostnameLabel = 'kubernetes.io/hostname'

/** Labels that say which machines can run a program at all. */
const machineLabels = ['kubernetes.io/os', 'kubernetes.io/arch']

/**
 * What a trigger takes over of its policy’s pods. Of the node’s labels only its machine: a trigger has to run where the
 * mover finds no node, since only the session that it creates can say so.
 */
export function settingsOfTriggerPod(settings: PodSettings = {}): PlacementSettings {
  const { nodeSelector = {}, ...others } = placementOf(settings)
  const labels = Object.fromEntries(Object.entries(nodeSelector).filter(([label]) => machineLabels.includes(label)))
  return { ...others, ...(Object.keys(labels).length === 0 ? {} : { nodeSelector: labels }) }
}
