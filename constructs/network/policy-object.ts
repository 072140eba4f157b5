import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import type { LabelSelector } from '../../lib/api/selector.js'
import { labelsOf } from '../system-labels.js'
import { type NetworkPeer, type Port, rulesFor } from './peer.js'

/** Connections of one sort: whom with, and at which ports. */
export interface Flow {
  readonly peers: readonly NetworkPeer[]
  readonly ports: readonly Port[]
}

/** What the pods of one NetworkPolicy may do; nothing else reaches them, and they reach nothing else. */
export interface PodFlows {
  readonly name: string
  readonly namespace: string | undefined
  readonly pods: LabelSelector
  readonly ingress: readonly Flow[]
  readonly egress: readonly Flow[]
}

/** Writes a NetworkPolicy that closes both directions but for the named flows. */
export function addNetworkPolicy(scope: Construct, { name, namespace, pods, ingress, egress }: PodFlows): void {
  new k8s.KubeNetworkPolicy(scope, `NetworkPolicy-${name}`, {
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels: labelsOf('network') },
    spec: {
      podSelector: pods as k8s.LabelSelector,
      policyTypes: ['Ingress', 'Egress'],
      // The API server drops an empty list; the direction is closed by its type alone.
      ...nonEmpty(
        'ingress',
        ingress.flatMap(({ peers, ports }) => rulesFor('from', peers, ports)),
      ),
      ...nonEmpty(
        'egress',
        egress.flatMap(({ peers, ports }) => rulesFor('to', peers, ports)),
      ),
    },
  })
}

const nonEmpty = <Name extends string, T>(name: Name, rules: readonly T[]): { readonly [key in Name]?: T[] } =>
  rules.length === 0 ? {} : ({ [name]: [...rules] } as { [key in Name]: T[] })
