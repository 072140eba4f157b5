import { k8s } from 'cdk8s-plus-27'
import { z } from 'zod'
import { type LabelSelector, labelSelectorSchema } from '../../lib/api/selector.js'
import { int32, word } from '../../lib/api/text.js'

/** Addresses outside the cluster, or of its nodes and API servers. */
export interface AddressPeer {
  /** A block of addresses: `203.0.113.0/24`, `2001:db8::/32`. */
  readonly cidr: string
  /** Blocks inside that are left out. @default - none */
  readonly except?: readonly string[]
  /** Ports: of name servers by UDP and TCP, of all others by TCP. @default - what the flow is for */
  readonly ports?: readonly number[]
}

/** Pods of the cluster. */
export interface PodPeer {
  /** Namespaces by their labels; `{}` is all of them. @default - the policy’s own namespace */
  readonly namespaces?: LabelSelector
  /** Pods by their labels. @default - all pods there */
  readonly pods?: LabelSelector
  /** Ports: of name servers by UDP and TCP, of all others by TCP. @default - what the flow is for */
  readonly ports?: readonly number[]
}

/**
 * Whoever is at the ports: pods, nodes, API servers, addresses outside. Not the same as the block `0.0.0.0/0`: Cilium
 * finds neither nodes and their API servers nor pods by a block of addresses.
 */
export interface AnyPeer {
  readonly any: true
  /** Ports: of name servers by UDP and TCP, of all others by TCP. @default - what the flow is for */
  readonly ports?: readonly number[]
}

/** The other end of a connection. */
export type NetworkPeer = AddressPeer | PodPeer | AnyPeer

/** A block of addresses, roughly; the API server reads it exactly. */
const cidr = () =>
  word(64).regex(/^([0-9]{1,3}(\.[0-9]{1,3}){3}\/[0-9]{1,2}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\/[0-9]{1,3})$/)

/** One of the three kinds of peers: TypeScript lets their fields be mixed, and what is ignored would be a hole. */
export const peerSchema = z
  .strictObject({
    any: z.literal(true).optional(),
    cidr: cidr().optional(),
    except: z.array(cidr()).max(64).optional(),
    namespaces: labelSelectorSchema.optional(),
    pods: labelSelectorSchema.optional(),
    // An empty list would open all ports.
    ports: z.array(int32(1, 65535)).min(1).max(64).optional(),
  })
  .superRefine(({ any, cidr: block, except, namespaces, pods }, context) => {
    const kinds = {
      any: any !== undefined,
      cidr: block !== undefined,
      'namespaces or pods': (namespaces ?? pods) !== undefined,
    }
    const named = Object.entries(kinds).flatMap(([name, isNamed]) => (isNamed ? [name] : []))
    if (named.length > 1)
      context.addIssue({ code: 'custom', message: `${named.join(' and ')} cannot be combined; write a peer for each` })
    if (except !== undefined && block === undefined)
      context.addIssue({ code: 'custom', path: ['except'], message: 'except takes addresses out of a cidr; name one' })
  })
export const peersSchema = z.array(peerSchema).max(64)

/** Whoever is at the flow’s ports. */
export const anyone: readonly AnyPeer[] = [{ any: true }]

/** A pod of the same cluster, in a namespace by its name. */
export const podsIn = (namespace: string, labels: Readonly<Record<string, string>>): PodPeer => ({
  namespaces: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  pods: { matchLabels: { ...labels } },
})

/** A port with its protocol. */
export interface Port {
  readonly protocol: 'TCP' | 'UDP'
  readonly port: number
}

export const tcp = (...ports: readonly number[]): Port[] => ports.map(port => ({ protocol: 'TCP', port }))

/** The domain name system’s port, both protocols: long answers come by TCP. */
export const dnsPorts: readonly Port[] = [
  { protocol: 'UDP', port: 53 },
  { protocol: 'TCP', port: 53 },
]

/** CoreDNS, as nearly every cluster runs it. */
export const clusterDns: readonly PodPeer[] = [podsIn('kube-system', { 'k8s-app': 'kube-dns' })]

type Rule<Side extends 'to' | 'from'> = { readonly [key in Side]?: k8s.NetworkPolicyPeer[] } & {
  readonly ports?: k8s.NetworkPolicyPort[]
}

/** Rules of a NetworkPolicy, one for each peer; its own ports come before those of the flow. No port is every port. */
export function rulesFor<Side extends 'to' | 'from'>(side: Side, peers: readonly NetworkPeer[], flow: readonly Port[]) {
  return peers.map(peer => {
    const ports = portsOf(peer, flow)
    return {
      ...('any' in peer ? {} : { [side]: [peerOf(peer)] }),
      ...(ports.length === 0
        ? {}
        : { ports: ports.map(({ protocol, port }) => ({ protocol, port: k8s.IntOrString.fromNumber(port) })) }),
    } as Rule<Side>
  })
}

/** A peer’s own ports are opened by every protocol of the flow: a name server at 5353 is asked by UDP as at 53. */
function portsOf({ ports }: NetworkPeer, flow: readonly Port[]): readonly Port[] {
  if (ports === undefined) return flow
  const protocols = flow.length === 0 ? (['TCP'] as const) : [...new Set(flow.map(({ protocol }) => protocol))]
  return ports.flatMap(port => protocols.map(protocol => ({ protocol, port })))
}

function peerOf(peer: AddressPeer | PodPeer): k8s.NetworkPolicyPeer {
  if ('cidr' in peer) {
    const { cidr: block, except } = peer
    return { ipBlock: { cidr: block, ...(except === undefined ? {} : { except: [...except] }) } }
  }
  const { namespaces, pods } = peer
  return {
    ...(namespaces === undefined ? {} : { namespaceSelector: namespaces as k8s.LabelSelector }),
    ...(pods === undefined && namespaces !== undefined ? {} : { podSelector: (pods ?? {}) as k8s.LabelSelector }),
  }
}
