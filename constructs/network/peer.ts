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
  /** TCP ports. @default - what the flow is for */
  readonly ports?: readonly number[]
}

/** Pods of the cluster. */
export interface PodPeer {
  /** Namespaces by their labels; `{}` is all of them. @default - the policy’s own namespace */
  readonly namespaces?: LabelSelector
  /** Pods by their labels. @default - all pods there */
  readonly pods?: LabelSelector
  /** TCP ports. @default - what the flow is for */
  readonly ports?: readonly number[]
}

/** The other end of a connection. */
export type NetworkPeer = AddressPeer | PodPeer

/** A block of addresses, roughly; the API server reads it exactly. */
const cidr = () =>
  word(64).regex(/^([0-9]{1,3}(\.[0-9]{1,3}){3}\/[0-9]{1,2}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\/[0-9]{1,3})$/)

/** Either half of a peer; TypeScript sees to it that they are not mixed. */
export const peerSchema = z.strictObject({
  cidr: cidr().optional(),
  except: z.array(cidr()).max(64).optional(),
  namespaces: labelSelectorSchema.optional(),
  pods: labelSelectorSchema.optional(),
  ports: z.array(int32(1, 65535)).max(64).optional(),
})
export const peersSchema = z.array(peerSchema).max(64)

/** Every address, of both kinds. */
export const anywhere: readonly AddressPeer[] = [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }]

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

/** Rules of a NetworkPolicy, one for each peer; its own ports come before those of the flow. No port is every port. */
export function rulesFor<Side extends 'to' | 'from'>(side: Side, peers: readonly NetworkPeer[], flow: readonly Port[]) {
  return peers.map(peer => {
    const ports = peer.ports === undefined ? flow : tcp(...peer.ports)
    const [end] = [peerOf(peer)]
    return {
      [side]: [end],
      ...(ports.length === 0
        ? {}
        : { ports: ports.map(({ protocol, port }) => ({ protocol, port: k8s.IntOrString.fromNumber(port) })) }),
    } as { readonly [key in Side]: k8s.NetworkPolicyPeer[] } & { readonly ports?: k8s.NetworkPolicyPort[] }
  })
}

function peerOf(peer: NetworkPeer): k8s.NetworkPolicyPeer {
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
