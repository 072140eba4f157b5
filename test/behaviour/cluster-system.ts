import { Holdfast, type HoldfastProps } from '../../constructs/index.js'
import { isAlreadyExists } from '../../runtime/kube/api-error.js'
import type { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { PERSISTENT_VOLUME_CLAIMS } from '../../runtime/kube/resource.js'
import { eventually } from './eventually.js'
import { DEPLOYMENTS, resourceOf, SERVICES } from './kube-resource.js'
import { compiled } from './policy.js'

const namespace = 'holdfast-system'
const controller = 'holdfast-controller'
const deployments = [controller, 'holdfast-pushgateway']

export interface DeploymentObject extends KubeObject {
  readonly spec: {
    readonly replicas?: number
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } }
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly readyReplicas?: number
  }
}

/** What the system’s own construct compiles to. */
export function systemObjects(image: string, props: Omit<HoldfastProps, 'image'> = {}): KubeObject[] {
  return compiled(image, {}, chart => {
    new Holdfast(chart, 'holdfast', { ...props, image })
  })
}

/** Holdfast on a cluster, as its own construct installs it. */
export class ClusterSystem {
  readonly #client: KubeClient

  constructor(client: KubeClient) {
    this.#client = client
  }

  /** Installs it, or brings it up to date, and waits until it is ready; two processes may do so at once. */
  async install(image: string, props: Omit<HoldfastProps, 'image'> = {}): Promise<void> {
    for (const object of systemObjects(image, props)) await this.#write(object)
    for (const name of deployments) await this.#rolledOut(name)
  }

  /** What a Service of the system answers at `/metrics`. */
  async metrics(service: 'holdfast-controller' | 'holdfast-pushgateway'): Promise<string> {
    const { spec } = await this.#client.get<ServiceObject>(SERVICES, service, namespace)
    const response = await fetch(`http://${spec.clusterIP}:${spec.ports[0]?.port}/metrics`)
    if (!response.ok) throw new Error(`${service} answered ${response.status}`)
    return response.text()
  }

  /** Runs 0 controllers, or 1, and waits until it is so. */
  async scaleController(replicas: number): Promise<void> {
    await this.#client.mergePatch(DEPLOYMENTS, controller, namespace, { spec: { replicas } })
    await this.#rolledOut(controller)
  }

  async #write(object: KubeObject): Promise<void> {
    const resource = resourceOf(object)
    try {
      await this.#client.create(resource, object)
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      if (resource === PERSISTENT_VOLUME_CLAIMS) return
      const { apiVersion, kind, metadata, ...content } = object
      const { name, namespace, labels, annotations } = metadata
      await this.#client.mergePatch(resource, name, namespace, { ...content, metadata: { labels, annotations } })
    }
  }

  async #rolledOut(name: string): Promise<void> {
    const read = () => this.#client.get<DeploymentObject>(DEPLOYMENTS, name, namespace)
    await eventually(
      async () => {
        const { metadata, spec, status = {} } = await read()
        const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status
        const current = observedGeneration >= (metadata.generation ?? 0)
        return current && [replicas, updatedReplicas, readyReplicas].every(count => count === spec.replicas)
          ? true
          : undefined
      },
      120,
      async () => `Deployment ${name}: ${JSON.stringify((await read()).status)}`,
    )
  }
}

interface ServiceObject extends KubeObject {
  readonly spec: { readonly clusterIP: string; readonly ports: readonly { readonly port: number }[] }
}
