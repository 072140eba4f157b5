import { arch } from 'node:process'
import { isFinished, type Pod } from '../api/kinds.js'
import { type Condition, fieldsOf, type KubeObject, withCondition } from '../api/object.js'
import type { Registry } from '../api/registry.js'
import type { Controller, ControllerContext } from './controller.js'

/** The one node: its object, and its loss and return. */
export class NodeController implements Controller {
  private readonly registry: Registry
  private readonly nodeName: string
  private cancelLoss = (): void => {}

  constructor(context: ControllerContext) {
    this.registry = context.registry
    this.nodeName = context.nodeName
  }

  stop(): void {
    this.cancelLoss()
  }

  register(): void {
    const labels = {
      'kubernetes.io/hostname': this.nodeName,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': arch === 'x64' ? 'amd64' : arch,
    }
    const resource = this.registry.catalogue.require('nodes')
    this.registry.create(resource, { metadata: { name: this.nodeName, labels }, spec: {} }, undefined)
    this.recover()
  }

  /** The node stops answering: it is not ready, its pods are evicted, and after `moment` milliseconds they are gone. */
  lose(moment: number): void {
    this.setReady('Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.')
    for (const pod of this.pods()) this.disrupt(pod)
    this.cancelLoss()
    this.cancelLoss = this.registry.clock.after(moment, () => {
      for (const pod of this.pods()) this.forget(pod)
    })
  }

  recover(): void {
    this.setReady('True', 'KubeletReady', 'kubelet is posting ready status')
  }

  private pods(): Pod[] {
    return this.registry.store.list<Pod>('pods').filter(pod => pod.spec.nodeName === this.nodeName && !isFinished(pod))
  }

  private disrupt(pod: Pod): void {
    this.registry.edit<Pod>('pods', pod, draft => {
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'DeletionByTaintManager',
        message: 'Taint manager: deleting due to NoExecute taint',
      } as const
      const conditions = withCondition(draft.status.conditions, condition, this.registry.timestamp())
      draft.status = { ...draft.status, conditions }
    })
    this.registry.discard('pods', pod)
  }

  /** What the pod garbage collector does with pods of a node that is gone: failed first, then deleted by force. */
  private forget(pod: Pod): void {
    this.registry.edit<Pod>('pods', pod, draft => {
      draft.status = { ...draft.status, phase: 'Failed' }
    })
    this.registry.discard('pods', pod, { gracePeriodSeconds: 0 })
  }

  private setReady(status: Condition['status'], reason: string, message: string): void {
    const node: KubeObject | undefined = this.registry.store.get('nodes', undefined, this.nodeName)
    if (node === undefined) return
    this.registry.edit('nodes', node, draft => {
      const before = fieldsOf(draft, 'status')['conditions'] as Condition[] | undefined
      const ready = { type: 'Ready', status, reason, message }
      const conditions = withCondition(before, ready, this.registry.timestamp())
      draft['status'] = { ...fieldsOf(draft, 'status'), conditions }
      const taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }
      draft['spec'] = status === 'True' ? {} : { taints: [taint] }
    })
  }
}
