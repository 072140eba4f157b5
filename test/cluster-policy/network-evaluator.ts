import { BlockList } from 'node:net'
import type { LabelSelector } from '../../lib/api/selector.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'
import { selects } from '../../lib/label-selection.js'

type Labels = Readonly<Record<string, string>>

/** A pod of a cluster, or an address outside. */
export interface End {
  readonly address: string
  /** Absent outside the cluster. */
  readonly pod?: { readonly namespace: string; readonly labels: Labels }
  /** A node of the cluster, or an API server on one. */
  readonly isNode?: true
}

/** A connection that somebody would like to make. */
export interface Connection {
  readonly from: End
  readonly to: End
  readonly port: number
  readonly protocol?: 'TCP' | 'UDP'
  /** As Cilium has it by default: a block of addresses holds neither pods nor nodes of the cluster. Default: false. */
  readonly outsideBlocks?: boolean
}

interface Peer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
  readonly namespaceSelector?: LabelSelector
  readonly podSelector?: LabelSelector
}
interface Rule {
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
  readonly ports?: readonly { readonly protocol: string; readonly port: number }[]
}
interface Spec {
  readonly podSelector: LabelSelector
  readonly policyTypes: readonly string[]
  readonly ingress?: readonly Rule[]
  readonly egress?: readonly Rule[]
}

/**
 * Whether NetworkPolicies let a connection through, as Kubernetes defines them: a pod that some policy of a direction
 * selects gets what one of these policies allows, any other pod everything. Both ends have to agree.
 */
export function isAllowed(manifests: readonly ManifestObject[], connection: Connection): boolean {
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy')
  return passes(policies, 'Egress', connection) && passes(policies, 'Ingress', connection)
}

function passes(policies: readonly ManifestObject[], direction: 'Ingress' | 'Egress', connection: Connection): boolean {
  const { from, to, port, protocol = 'TCP', outsideBlocks = false } = connection
  const [own, other] = direction === 'Egress' ? [from, to] : [to, from]
  const { pod } = own
  if (pod === undefined) return true
  const chosen = policies
    .filter(({ metadata }) => metadata.namespace === pod.namespace)
    .map(({ metadata, spec }) => ({ namespace: metadata.namespace ?? '', spec: spec as unknown as Spec }))
    .filter(({ spec }) => spec.policyTypes.includes(direction) && selects(spec.podSelector, pod.labels))
  if (chosen.length === 0) return true
  return chosen.some(({ namespace, spec }) =>
    (direction === 'Egress' ? (spec.egress ?? []) : (spec.ingress ?? [])).some(rule => {
      const peers = direction === 'Egress' ? rule.to : rule.from
      const portFits = rule.ports?.some(each => each.protocol === protocol && each.port === port) ?? true
      return portFits && (peers?.some(peer => isPeer(peer, other, namespace, outsideBlocks)) ?? true)
    }),
  )
}

function isPeer(peer: Peer, { address, pod, isNode }: End, home: string, outsideBlocks: boolean): boolean {
  const { ipBlock, namespaceSelector, podSelector } = peer
  if (ipBlock !== undefined) {
    if (outsideBlocks && (pod !== undefined || isNode === true)) return false
    return inBlock(address, ipBlock.cidr) && !(ipBlock.except ?? []).some(block => inBlock(address, block))
  }
  if (pod === undefined) return false
  const inNamespace =
    namespaceSelector === undefined
      ? pod.namespace === home
      : selects(namespaceSelector, { 'kubernetes.io/metadata.name': pod.namespace })
  return inNamespace && selects(podSelector ?? {}, pod.labels)
}

function inBlock(address: string, cidr: string): boolean {
  const [network = '', bits = ''] = cidr.split('/')
  const family = (text: string) => (text.includes(':') ? 'ipv6' : 'ipv4')
  const list = new BlockList()
  list.addSubnet(network, Number(bits), family(network))
  return list.check(address, family(address))
}
