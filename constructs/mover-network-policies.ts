import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { z } from 'zod'
import { pushgatewayTarget } from '../lib/monitoring/scrape-config.js'
import type { Problem } from '../lib/problem.js'
import { validateObject } from '../lib/schema/validate.js'
import { storePorts } from '../lib/store-port.js'
import { CheckedConstruct } from './checked-construct.js'
import { identityProblems } from './metadata.js'
import { anyone, clusterDns, dnsPorts, type NetworkPeer, peersSchema, podsIn, tcp } from './network/peer.js'
import { moverPods, triggerPods } from './network/pods.js'
import { addNetworkPolicy } from './network/policy-object.js'
import type { IRepository } from './repository.js'
import { selectorOf } from './system-labels.js'
import { apiServerPorts, type ClusterNetworkProps, defaultSystemNamespace } from './system-network-policies.js'

export interface MoverNetworkPoliciesProps extends ClusterNetworkProps {
  /** @default - the chart’s namespace */
  readonly namespace?: string
  /**
   * Repositories that policies here use: the ports of their stores are opened. Of Swift these are 443 and 5000; what else
   * its catalogue names belongs into `further`.
   */
  readonly repositories: readonly IRepository[]
  /** Where the stores are. @default - whoever is at their ports */
  readonly stores?: readonly NetworkPeer[]
  /** Whom hooks, notifications and steps of one’s own reach beside that. @default - nobody */
  readonly further?: readonly NetworkPeer[]
  /** Lets movers reach the API server, for Functions with `kubernetesAccess`. @default false */
  readonly kubernetesAccess?: boolean
  /** The Pushgateway. @default - Holdfast’s own, in the namespace holdfast-system */
  readonly pushgateway?: readonly NetworkPeer[]
}

const propsSchema = z.looseObject({
  apiServer: peersSchema.optional(),
  dns: peersSchema.optional(),
  stores: peersSchema.optional(),
  further: peersSchema.optional(),
  kubernetesAccess: z.boolean().optional(),
  pushgateway: peersSchema.optional(),
})

/**
 * NetworkPolicies of a namespace with policies. Movers reach the name servers, the stores and the Pushgateway; triggers
 * the name servers and the API server. Nobody reaches either. Other pods of the namespace are not touched.
 */
export class MoverNetworkPolicies extends CheckedConstruct {
  readonly #props: MoverNetworkPoliciesProps
  readonly #namespace: string | undefined

  constructor(scope: Construct, id: string, props: MoverNetworkPoliciesProps) {
    super(scope, id)
    this.#props = props
    const namespace = props.namespace ?? Chart.of(scope).namespace
    this.#namespace = namespace
    const { apiServer = anyone, dns = clusterDns, stores = anyone, further = [] } = props
    const pushgateway = props.pushgateway ?? [podsIn(defaultSystemNamespace, selectorOf('pushgateway'))]
    const names = { peers: dns, ports: dnsPorts }
    const api = { peers: apiServer, ports: apiServerPorts }
    const ports = this.#storePorts()
    addNetworkPolicy(this, {
      name: 'holdfast-movers',
      namespace,
      pods: moverPods,
      ingress: [],
      egress: [
        names,
        // A rule without ports would open all of them.
        ...(ports.length === 0 ? [] : [{ peers: stores, ports: tcp(...ports) }]),
        { peers: pushgateway, ports: tcp(pushgatewayTarget.portNumber) },
        ...(props.kubernetesAccess === true ? [api] : []),
        { peers: further, ports: [] },
      ],
    })
    addNetworkPolicy(this, {
      name: 'holdfast-triggers',
      namespace,
      pods: triggerPods,
      ingress: [],
      egress: [names, api],
    })
  }

  protected findProblems(): Problem[] {
    const object = this.node.path
    const identity = { name: this.node.id, namespace: this.#namespace }
    return [
      ...identityProblems(object, identity, 'Namespaced').filter(({ path }) => path === 'metadata.namespace'),
      ...validateObject({ spec: propsSchema }, { spec: this.#props }, object),
      ...this.#unknownStores(object),
    ].map(problem => ({ ...problem, path: problem.path.replace(/^(spec|metadata)\./, '') }))
  }

  get #repositories(): readonly IRepository[] {
    return this.#props.repositories ?? []
  }

  #storePorts(): number[] {
    const ports = this.#repositories.flatMap(({ spec }) =>
      spec?.backend === undefined ? [] : storePorts(spec.backend),
    )
    return [...new Set(ports)].sort((left, right) => left - right)
  }

  /** A Repository that is written elsewhere has no port here: its store must be among `further`. */
  #unknownStores(object: string): Problem[] {
    const unknown = this.#repositories.filter(({ spec }) => spec === undefined)
    if (unknown.length === 0 || (this.#props.further ?? []).length > 0) return []
    const names = unknown.map(({ name }) => name).join(', ')
    const message = `the store of ${names} is not known here; use Repository.fromManifest, or name its address and port in further`
    return [{ code: 'HF1001', object, path: 'repositories', message }]
  }
}
