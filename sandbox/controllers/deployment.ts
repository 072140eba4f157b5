import { createHash } from 'node:crypto'
import { controllerOf, type Deployment, ownedBy, type Pod } from '../api/kinds.js'
import { type Condition, isTrue, withCondition } from '../api/object.js'
import type { Registry } from '../api/registry.js'
import type { Change } from '../api/store.js'
import type { Controller, ControllerContext } from './controller.js'
import { splitKey, Work, workKey } from './work.js'

/**
 * Runs the pods of Deployments whose images are registered, without ReplicaSets between; the others are only stored.
 */
export class DeploymentController implements Controller {
  private readonly registry: Registry
  private readonly knowsImage: (image: string) => boolean
  private readonly work: Work
  private readonly unsubscribe: () => void

  constructor(context: ControllerContext, knowsImage: (image: string) => boolean) {
    this.registry = context.registry
    this.knowsImage = knowsImage
    this.work = new Work(key => this.reconcile(key), context)
    this.unsubscribe = this.registry.store.subscribe(change => this.seen(change))
  }

  stop(): void {
    this.unsubscribe()
    this.work.stop()
  }

  private seen(change: Change): void {
    if (change.resource === 'deployments.apps') this.work.add(workKey(change.object.metadata))
    const owner = change.resource === 'pods' ? controllerOf(change.object) : undefined
    if (owner?.kind === 'Deployment') this.work.add(`${change.object.metadata.namespace}/${owner.name}`)
  }

  private reconcile(key: string): void {
    const deployment = this.registry.store.get<Deployment>('deployments.apps', ...splitKey(key))
    if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return
    const { template } = deployment.spec
    const runs = template.spec.containers.every(container => this.knowsImage(container.image))
    const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10)
    const pods = this.podsOf(deployment)
    const current = pods.filter(
      pod => pod.metadata.labels?.['pod-template-hash'] === hash && pod.status.phase !== 'Failed',
    )
    const wanted = runs ? (deployment.spec.replicas ?? 1) : 0
    for (const pod of pods) if (!current.slice(0, wanted).includes(pod)) this.registry.discard('pods', pod)
    for (let missing = wanted - current.length; missing > 0; missing--) this.createPod(deployment, hash)
    this.writeStatus(deployment, current)
  }

  private podsOf(deployment: Deployment): Pod[] {
    const pods = this.registry.store.list<Pod>('pods', deployment.metadata.namespace)
    return pods.filter(
      pod => controllerOf(pod)?.uid === deployment.metadata.uid && pod.metadata.deletionTimestamp === undefined,
    )
  }

  private createPod(deployment: Deployment, hash: string): void {
    const { template } = deployment.spec
    const metadata = {
      name: `${deployment.metadata.name}-${hash}-${this.registry.identifiers.suffix()}`,
      labels: { ...template.metadata?.labels, 'pod-template-hash': hash },
      ...(template.metadata?.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
      ownerReferences: [ownedBy(deployment)],
    }
    const resource = this.registry.catalogue.require('pods')
    this.registry.create(resource, { metadata, spec: template.spec }, deployment.metadata.namespace)
  }

  private writeStatus(deployment: Deployment, pods: readonly Pod[]): void {
    const ready = pods.filter(pod => isTrue(pod, 'Ready')).length
    const enough = ready >= (deployment.spec.replicas ?? 1)
    this.registry.edit<Deployment>('deployments.apps', deployment, draft => {
      const available = {
        type: 'Available',
        status: enough ? 'True' : 'False',
        reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      } as const
      draft.status = {
        observedGeneration: draft.metadata.generation,
        replicas: pods.length,
        updatedReplicas: pods.length,
        readyReplicas: ready,
        availableReplicas: ready,
        conditions: withCondition(
          draft.status['conditions'] as Condition[] | undefined,
          available,
          this.registry.timestamp(),
        ),
      }
    })
  }
}
