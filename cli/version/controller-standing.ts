import { version } from '../../lib/version.js'
import type { ControllerObject } from './cluster-state.js'
import { type Age, ageOf, tagOf } from './release.js'

/** What runs the sessions of a cluster, seen from this release. */
export interface ControllerStanding {
  readonly namespace: string
  readonly image: string
  readonly age: Age
  readonly ready: number
  readonly wanted: number
  readonly trustedImages: readonly string[]
}

/** Judges one controller’s Deployment. */
export function controllerOf({ metadata, spec, status }: ControllerObject): ControllerStanding {
  const [container] = spec.template.spec.containers
  const image = container?.image ?? ''
  const trusted = container?.args?.find(arg => arg.startsWith('--trusted-images='))?.slice('--trusted-images='.length)
  return {
    namespace: metadata.namespace ?? '',
    image,
    age: ageOf(tagOf(image), version),
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
