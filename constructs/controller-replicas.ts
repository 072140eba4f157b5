import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { selectorOf } from './system-labels.js'

/** Keeps two controllers from one node where there is another: one that leads and one that waits must not go together. */
export function spreadOverNodes(replicas: number): { readonly affinity?: k8s.Affinity } {
  if (replicas < 2) return {}
  const podAffinityTerm = {
    topologyKey: 'kubernetes.io/hostname',
    labelSelector: { matchLabels: selectorOf('controller') },
  }
  return {
    affinity: {
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] },
    },
  }
}

/**
 * Has a drain of nodes take one controller at a time. A single one has no budget: it would only keep its node from ever
 * being drained.
 */
export function addDisruptionBudget(scope: Construct, metadata: k8s.ObjectMeta, replicas: number): void {
  if (replicas < 2) return
  new k8s.KubePodDisruptionBudget(scope, 'DisruptionBudget', {
    metadata,
    spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: selectorOf('controller') } },
  })
}
