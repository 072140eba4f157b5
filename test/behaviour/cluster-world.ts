import { KubeClient } from '../../runtime/kube/client.js'
import { loadEndpoint } from '../../runtime/kube/credentials.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { CRON_JOBS, PODS } from '../../runtime/kube/resource.js'
import { Transport } from '../../runtime/kube/transport.js'
import { ClusterNode } from './cluster-node.js'
import { ClusterSystem } from './cluster-system.js'
import { eventually } from './eventually.js'
import { ownAddressBeside } from './own-address.js'
import { VolumeWorld } from './volume-world.js'

const image = 'holdfast.dev/holdfast:dev'

/** The cluster of KUBECONFIG, with Holdfast installed in it as people install it. */
export class ClusterWorld extends VolumeWorld {
  readonly kind = 'cluster'
  readonly image = image
  readonly #transport: Transport
  readonly #node: ClusterNode
  readonly #system: ClusterSystem

  private constructor(transport: Transport, address: string) {
    const client = new KubeClient(transport)
    super(client, address)
    this.#transport = transport
    this.#node = new ClusterNode(client)
    this.#system = new ClusterSystem(client)
  }

  static async start(): Promise<ClusterWorld> {
    const endpoint = await loadEndpoint()
    const { hostname } = new URL(endpoint.server)
    const world = new ClusterWorld(new Transport(endpoint), ownAddressBeside(hostname))
    await world.#system.install(image)
    return world
  }

  metrics(): Promise<string> {
    return this.#system.metrics('holdfast-pushgateway')
  }

  controllerMetrics(): Promise<string> {
    return this.#system.metrics('holdfast-controller')
  }

  async nextSlot(namespace: string, cronJob: string): Promise<void> {
    const read = async () => {
      const { status } = await this.client.get<CronJobObject>(CRON_JOBS, cronJob, namespace)
      return status?.lastScheduleTime ?? ''
    }
    const before = await read()
    await eventually(
      async () => ((await read()) > before ? true : undefined),
      150,
      () => `CronJob ${namespace}/${cronJob} does not fire`,
    )
  }

  async outOfMemory(namespace: string, pod: string, container: string): Promise<void> {
    await eventually(
      async () => {
        const found = await this.client.tryGet<PodObject>(PODS, pod, namespace)
        const all = [...(found?.status?.initContainerStatuses ?? []), ...(found?.status?.containerStatuses ?? [])]
        return all.find(each => each.name === container && each.state?.terminated?.reason === 'OOMKilled')
      },
      150,
      () => `container ${container} of ${namespace}/${pod} was not killed; does its command use memory?`,
    )
  }

  async evict(namespace: string, pod: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } }
    await this.#transport.call({ method: 'POST', path, body }, 30_000)
  }

  loseNode(): Promise<void> {
    return this.#node.lose()
  }

  stopController(): Promise<void> {
    return this.#system.scaleController(0)
  }

  startController(): Promise<void> {
    return this.#system.scaleController(1)
  }

  protected folderOf(namespace: string, claim: string): Promise<string> {
    return this.#node.folderOf(namespace, claim)
  }
}

interface CronJobObject extends KubeObject {
  readonly status?: { readonly lastScheduleTime?: string }
}

interface PodObject extends KubeObject {
  readonly status?: {
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

interface ContainerStatus {
  readonly name: string
  readonly state?: { readonly terminated?: { readonly reason?: string } }
}
