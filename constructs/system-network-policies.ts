import type { Construct } from 'constructs'
import { z } from 'zod'
import { controllerTarget, pushgatewayTarget } from '../lib/monitoring/scrape-config.js'
import type { Problem } from '../lib/problem.js'
import { validateObject } from '../lib/schema/validate.js'
import { CheckedConstruct } from './checked-construct.js'
import { identityProblems } from './metadata.js'
import { anyone, clusterDns, dnsPorts, type NetworkPeer, peersSchema, podsIn, tcp } from './network/peer.js'
import { moverPods } from './network/pods.js'
import { addNetworkPolicy } from './network/policy-object.js'
import { selectorOf } from './system-labels.js'

/** What every NetworkPolicy of Holdfast has to know about its cluster. */
export interface ClusterNetworkProps {
  /** API servers, as pods reach them behind their Service: addresses of the control plane. @default - whoever is at ports 443 and 6443 */
  readonly apiServer?: readonly NetworkPeer[]
  /**
   * Name servers, reached by UDP and TCP; a node-local cache is an address (`169.254.20.10/32`), OpenShift’s listen at
   * 5353. @default - CoreDNS in kube-system, port 53
   */
  readonly dns?: readonly NetworkPeer[]
}

export interface SystemNetworkPoliciesProps extends ClusterNetworkProps {
  /** Of the control plane. @default holdfast-system */
  readonly namespace?: string
  /** Who reads metrics. @default - every pod of the cluster */
  readonly scrapers?: readonly NetworkPeer[]
  /** A Pushgateway that runs elsewhere; the controller sends what a failed session owes. @default - Holdfast’s own */
  readonly pushgateway?: readonly NetworkPeer[]
}

const propsSchema = z.strictObject({
  namespace: z.string().optional(),
  apiServer: peersSchema.optional(),
  dns: peersSchema.optional(),
  scrapers: peersSchema.optional(),
  pushgateway: peersSchema.optional(),
})

/** Ports that API servers listen at. */
export const apiServerPorts = tcp(443, 6443)
export const defaultSystemNamespace = 'holdfast-system'

/**
 * NetworkPolicies of the control plane’s namespace. The controller reaches the API server, the name servers and the
 * Pushgateway, and is reached for its metrics; the Pushgateway is reached by movers, controller and scrapers, and reaches
 * nobody. Probes of the kubelet come from the node, which no NetworkPolicy keeps out.
 */
export class SystemNetworkPolicies extends CheckedConstruct {
  readonly #props: SystemNetworkPoliciesProps
  readonly #namespace: string

  constructor(scope: Construct, id: string, props: SystemNetworkPoliciesProps = {}) {
    super(scope, id)
    this.#props = props
    const { namespace = defaultSystemNamespace, apiServer = anyone, dns = clusterDns } = props
    const { scrapers = [{ namespaces: {} }], pushgateway } = props
    this.#namespace = namespace
    const [controller, gateway] = [selectorOf('controller'), selectorOf('pushgateway')]
    const pushPorts = tcp(pushgatewayTarget.portNumber)
    addNetworkPolicy(this, {
      name: 'holdfast-controller',
      namespace,
      pods: { matchLabels: controller },
      ingress: [{ peers: scrapers, ports: tcp(controllerTarget.portNumber) }],
      egress: [
        { peers: apiServer, ports: apiServerPorts },
        { peers: dns, ports: dnsPorts },
        { peers: pushgateway ?? [podsIn(namespace, gateway)], ports: pushPorts },
      ],
    })
    if (pushgateway !== undefined) return
    const pushers = [{ namespaces: {}, pods: moverPods }, podsIn(namespace, controller), ...scrapers]
    addNetworkPolicy(this, {
      name: 'holdfast-pushgateway',
      namespace,
      pods: { matchLabels: gateway },
      ingress: [{ peers: pushers, ports: pushPorts }],
      egress: [],
    })
  }

  protected findProblems(): Problem[] {
    const object = this.node.path
    const identity = { name: this.#namespace, namespace: this.#namespace }
    return [
      ...identityProblems(object, identity, 'Namespaced').filter(({ path }) => path === 'metadata.namespace'),
      ...validateObject({ spec: propsSchema }, { spec: this.#props }, object),
    ].map(problem => ({ ...problem, path: problem.path.replace(/^(spec|metadata)\./, '') }))
  }
}
