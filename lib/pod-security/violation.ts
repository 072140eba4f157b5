import { fieldAt, itemsOf, textOf } from '../fleet/manifest.js'

/** One thing in a pod that a Pod Security profile forbids. */
export interface PodSecurityViolation {
  /** The control, as the Pod Security Standards call it. */
  readonly control: string
  /** Where in the pod’s spec: `containers[restic].securityContext.privileged`. */
  readonly field: string
  /** What stands there and what may. */
  readonly message: string
}

/** A container of any sort, and how people call its place. */
export interface PlacedContainer {
  readonly place: string
  readonly container: unknown
}

/** Every container of a pod: init containers, containers, ephemeral ones. */
export function containersOf(pod: unknown): PlacedContainer[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap(list =>
    itemsOf(fieldAt(pod, list)).map((container, index) => ({
      place: `${list}[${textOf(fieldAt(container, 'name')) ?? index}]`,
      container,
    })),
  )
}

/** The pod’s security context and each container’s. */
export function contextsOf(pod: unknown): PlacedContainer[] {
  const own = { place: 'securityContext', container: fieldAt(pod, 'securityContext') }
  const inner = containersOf(pod).map(({ place, container }) => ({
    place: `${place}.securityContext`,
    container: fieldAt(container, 'securityContext'),
  }))
  return [own, ...inner]
}

/** A value as a message shows it. */
export const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))
