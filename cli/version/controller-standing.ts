import { labels } from '../../lib/api/group.js'
import { version } from '../../lib/version.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import type { ControllerObject } from './cluster-state.js'
import { type Age, ageOf, isRelease, tagOf } from './release.js'

/** What runs the sessions of a cluster, seen from this release. */
export interface ControllerStanding {
  readonly namespace: string
  readonly image: string
  /** Null where nothing names one: an image may be pinned by digest, or tagged with another word. */
  readonly release: string | null
  /** Who names the release: the image’s tag, the leader itself on its Lease, or a label of the Deployment. */
  readonly saidBy: 'tag' | 'Lease' | 'label' | null
  readonly age: Age
  readonly ready: number
  readonly wanted: number
  readonly trustedImages: readonly string[]
}

/** Judges one controller’s Deployment, with the Leases of all. */
export function controllerOf(
  { metadata, spec, status }: ControllerObject,
  leases: readonly KubeObject[],
): ControllerStanding {
  const { namespace = '' } = metadata
  const [container] = spec.template.spec.containers
  const image = container?.image ?? ''
  const trusted = container?.args?.find(arg => arg.startsWith('--trusted-images='))?.slice('--trusted-images='.length)
  const lease = leases.find(each => each.metadata.namespace === namespace)
  const sources = [
    ['tag', tagOf(image)],
    ['Lease', lease?.metadata.labels?.[labels.version]],
    ['label', metadata.labels?.[labels.version]],
  ] as const
  const [saidBy, release] = sources.find(([, text]) => isRelease(text)) ?? [null, undefined]
  return {
    namespace,
    image,
    release: release ?? null,
    saidBy,
    age: ageOf(release, version),
    ready: Math.min(status?.readyReplicas ?? 0, status?.updatedReplicas ?? 0),
    wanted: spec.replicas ?? 1,
    trustedImages: imagesIn(trusted),
  }
}

function imagesIn(text: string | undefined): string[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(value) ? value.filter(each => typeof each === 'string') : []
  } catch {
    return []
  }
}
