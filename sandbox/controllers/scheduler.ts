import { type Claim, isFinished, type Pod, type PodSpec } from '../api/kinds.js'
import { isTrue, type KubeObject, withCondition } from '../api/object.js'
import type { Registry } from '../api/registry.js'
import { matchesExpression } from '../api/selector.js'
import type { Change } from '../api/store.js'
import { claimsOf, selectedNode } from './claim.js'
import type { Controller, ControllerContext } from './controller.js'
import { recordEvent } from './event.js'
import { splitKey, Work, workKey } from './work.js'

const component = 'default-scheduler'
const retriedOn = new Set(['persistentvolumeclaims', 'persistentvolumes', 'nodes', 'storageclasses.storage.k8s.io'])

/** Puts pods on the one node, or says in Kubernetes' words why it cannot. */
export class Scheduler implements Controller {
  private readonly registry: Registry
  private readonly nodeName: string
  private readonly work: Work
  private readonly unsubscribe: () => void

  constructor(context: ControllerContext) {
    this.registry = context.registry
    this.nodeName = context.nodeName
    this.work = new Work(key => this.schedule(key), context)
    this.unsubscribe = this.registry.store.subscribe(change => this.seen(change))
  }

  stop(): void {
    this.unsubscribe()
    this.work.stop()
  }

  private seen(change: Change): void {
    if (change.resource === 'pods') {
      if (change.type === 'ADDED') this.work.add(workKey(change.object.metadata))
      if (change.type === 'DELETED' || isFinished(change.object as Pod)) this.retryAll()
    } else if (retriedOn.has(change.resource)) this.retryAll()
  }

  private retryAll(): void {
    for (const pod of this.registry.store.list<Pod>('pods')) {
      if (pod.spec.nodeName === undefined && !isFinished(pod)) this.work.add(workKey(pod.metadata))
    }
  }

  private schedule(key: string): void {
    const pod = this.registry.store.get<Pod>('pods', ...splitKey(key))
    if (pod === undefined || pod.spec.nodeName !== undefined || pod.metadata.deletionTimestamp !== undefined) return
    const node = this.registry.store.get('nodes', undefined, this.nodeName)
    const obstacle = node === undefined ? 'no nodes available to schedule pods' : this.obstacle(pod, node)
    if (obstacle !== undefined) {
      this.refuse(pod, obstacle)
      return
    }
    if (this.waitsForVolumes(pod)) return
    this.registry.edit<Pod>('pods', pod, draft => {
      draft.spec = { ...draft.spec, nodeName: this.nodeName }
      const scheduled = withCondition(
        draft.status.conditions,
        { type: 'PodScheduled', status: 'True' },
        this.registry.timestamp(),
      )
      draft.status = { ...draft.status, conditions: scheduled }
    })
    const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${this.nodeName}`
    recordEvent(this.registry, pod, { type: 'Normal', reason: 'Scheduled', message, component })
  }

  /** Claims are looked at before nodes, which is why their messages end differently. */
  private obstacle(pod: Pod, node: KubeObject): string | undefined {
    const claim = claimsOf(pod)
      .map(name => this.claimObstacle(pod, name))
      .find(found => found !== undefined)
    if (claim !== undefined) return `0/1 nodes are available: ${claim}. not found`
    const misfit = this.misfit(pod, node)
    return misfit === undefined ? undefined : `0/1 nodes are available: ${misfit}. ${noPreemption}`
  }

  private misfit(pod: Pod, node: KubeObject): string | undefined {
    if (!isTrue(node, 'Ready')) return '1 node(s) had untolerated taint(s)'
    if (!fits(pod.spec, node)) return "1 node(s) didn't match Pod's node affinity/selector"
    return claimsOf(pod).some(name => this.isTaken(pod, name)) ? exclusive : undefined
  }

  private claimObstacle(pod: Pod, name: string): string | undefined {
    const claim = this.registry.store.get<Claim>('persistentvolumeclaims', pod.metadata.namespace, name)
    if (claim === undefined) return `persistentvolumeclaim "${name}" not found`
    if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${name}" is being deleted`
    if (claim.status.phase !== 'Bound') return this.waits(claim) ? undefined : unbound
    return undefined
  }

  private isTaken(pod: Pod, name: string): boolean {
    const claim = this.registry.store.get<Claim>('persistentvolumeclaims', pod.metadata.namespace, name)
    if (!claim?.spec.accessModes?.includes('ReadWriteOncePod')) return false
    const pods = this.registry.store.list<Pod>('pods', pod.metadata.namespace)
    return pods.some(other => other.spec.nodeName !== undefined && !isFinished(other) && claimsOf(other).includes(name))
  }

  private waits(claim: Claim): boolean {
    const storageClass = this.registry.store.get(
      'storageclasses.storage.k8s.io',
      undefined,
      claim.spec.storageClassName ?? '',
    )
    return storageClass?.['volumeBindingMode'] === 'WaitForFirstConsumer'
  }

  /** Asks for the volumes that wait for their first consumer; their binding brings the pod back here. */
  private waitsForVolumes(pod: Pod): boolean {
    let waiting = false
    for (const name of claimsOf(pod)) {
      const claim = this.registry.store.get<Claim>('persistentvolumeclaims', pod.metadata.namespace, name)
      if (claim === undefined || claim.status.phase === 'Bound') continue
      waiting = true
      this.registry.edit('persistentvolumeclaims', claim, draft => {
        draft.metadata.annotations = { ...draft.metadata.annotations, [selectedNode]: this.nodeName }
      })
    }
    return waiting
  }

  private refuse(pod: Pod, message: string): void {
    this.registry.edit<Pod>('pods', pod, draft => {
      const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const
      const conditions = withCondition(draft.status.conditions, condition, this.registry.timestamp())
      draft.status = { ...draft.status, conditions }
    })
    recordEvent(this.registry, pod, { type: 'Warning', reason: 'FailedScheduling', message, component })
  }
}

const noPreemption = 'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'
const unbound = 'pod has unbound immediate PersistentVolumeClaims'
const exclusive =
  '1 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod'

function fits(spec: PodSpec, node: KubeObject): boolean {
  const labels = node.metadata.labels ?? {}
  if (!Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (terms === undefined) return true
  const fields = { 'metadata.name': node.metadata.name }
  return terms.some(
    term =>
      (term.matchExpressions ?? []).every(expression => matchesExpression(expression, labels)) &&
      (term.matchFields ?? []).every(expression => matchesExpression(expression, fields)),
  )
}
