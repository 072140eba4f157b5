import type { PodSpec } from '../../../lib/pod.js'
import type { KubeClient } from '../../kube/client.js'
import { PODS } from '../../kube/resource.js'
import type { ClaimObject, PodObject } from '../objects.js'

interface NodeTerm {
  readonly matchFields?: readonly unknown[]
  readonly [key: string]: unknown
}

/**
 * The pod on one node: that of the pod which has the claim already, since a ReadWriteOnce volume cannot be attached
 * to a second one. Whatever affinity the policy asks for stays.
 */
export function onNode(pod: PodSpec, node: string | undefined): PodSpec {
  if (node === undefined || pod['nodeName'] !== undefined) return pod
  const field = { key: 'metadata.name', operator: 'In', values: [node] }
  const affinity = objectAt(pod.affinity)
  const nodeAffinity = objectAt(affinity['nodeAffinity'])
  const required = objectAt(nodeAffinity['requiredDuringSchedulingIgnoredDuringExecution'])
  const terms = (Array.isArray(required['nodeSelectorTerms']) ? required['nodeSelectorTerms'] : [{}]) as NodeTerm[]
  const nodeSelectorTerms = terms.map(term => ({ ...term, matchFields: [...(term.matchFields ?? []), field] }))
  return {
    ...pod,
    affinity: {
      ...affinity,
      nodeAffinity: {
        ...nodeAffinity,
        requiredDuringSchedulingIgnoredDuringExecution: { ...required, nodeSelectorTerms },
      },
    },
  }
}

function objectAt(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

/** The node of the running pod that has a claim which only one node can mount; undefined when there is none. */
export async function nodeOf(claim: ClaimObject | undefined, client: KubeClient): Promise<string | undefined> {
  if (claim === undefined || !needsPlacement(claim.spec?.accessModes)) return undefined
  const { items } = await client.list<PodObject>(PODS, {
    namespace: claim.metadata.namespace,
    fieldSelector: 'status.phase=Running',
  })
  const user = items.find(pod =>
    JSON.stringify(pod.spec ?? {}).includes(`"claimName":${JSON.stringify(claim.metadata.name)}`),
  )
  return user?.spec?.nodeName
}

/** Whether only one node can mount a claim at a time. */
export function needsPlacement(accessModes: readonly string[] = []): boolean {
  return accessModes.length > 0 && accessModes.every(mode => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod')
}
