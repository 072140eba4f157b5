import { namespaceOf } from './claim.js'
import { fieldAt, groupOf, type Manifest, textOf } from './manifest.js'
import { replicaCount } from './replica-count.js'

/** The most replicas that a StatefulSet may be scaled to, by `namespace/name`. */
export type Scaling = ReadonlyMap<string, number>

// KEDA, ScaledObject: what it scales to when it does not say.
const defaultMost = 100

/** How far autoscalers in git may scale StatefulSets: each replica that comes brings its claims. */
export function scalingOf(manifests: readonly Manifest[]): Scaling {
  const scaling = new Map<string, number>()
  for (const { object } of manifests) {
    const most = mostOf(object.kind, groupOf(object))
    if (most === undefined || fieldAt(object, 'spec', 'scaleTargetRef', 'kind') !== 'StatefulSet') continue
    const name = textOf(fieldAt(object, 'spec', 'scaleTargetRef', 'name')) ?? ''
    const key = `${namespaceOf(object)}/${name}`
    const replicas = readMost(fieldAt(object, 'spec', most.field), most.otherwise)
    scaling.set(key, Math.max(scaling.get(key) ?? 0, replicas))
  }
  return scaling
}

function mostOf(kind: string, group: string): { readonly field: string; readonly otherwise: number } | undefined {
  if (kind === 'HorizontalPodAutoscaler' && group === 'autoscaling') return { field: 'maxReplicas', otherwise: 1 }
  return kind === 'ScaledObject' && group === 'keda.sh'
    ? { field: 'maxReplicaCount', otherwise: defaultMost }
    : undefined
}

// The API server refuses an autoscaler with another value, so that it scales nothing.
function readMost(value: unknown, otherwise: number): number {
  try {
    return replicaCount(value, otherwise, 'maxReplicas')
  } catch (error) {
    if (error instanceof RangeError) return 0
    throw error
  }
}
