import type { KubeObject } from '../api/object.js'
import type { Registry } from '../api/registry.js'
import type { Change } from '../api/store.js'
import type { Controller, ControllerContext } from './controller.js'
import { Work } from './work.js'

/** Gives a namespace its default ServiceAccount, and empties it before it goes. */
export class NamespaceController implements Controller {
  private readonly registry: Registry
  private readonly work: Work
  private readonly unsubscribe: () => void

  constructor(context: ControllerContext) {
    this.registry = context.registry
    this.work = new Work(name => this.empty(name), context)
    this.unsubscribe = this.registry.store.subscribe(change => this.seen(change))
  }

  stop(): void {
    this.unsubscribe()
    this.work.stop()
  }

  private seen(change: Change): void {
    if (change.resource === 'namespaces') {
      if (change.type === 'ADDED') this.furnish(change.object)
      if (change.object.metadata.deletionTimestamp !== undefined) this.work.add(change.object.metadata.name)
    } else if (change.type === 'DELETED' && change.object.metadata.namespace !== undefined) {
      const namespace = this.registry.store.get('namespaces', undefined, change.object.metadata.namespace)
      if (namespace?.metadata.deletionTimestamp !== undefined) this.work.add(namespace.metadata.name)
    }
  }

  private furnish(namespace: KubeObject): void {
    const { name } = namespace.metadata
    const { catalogue } = this.registry
    this.registry.create(catalogue.require('serviceaccounts'), { metadata: { name: 'default' } }, name)
    const root = { metadata: { name: 'kube-root-ca.crt' }, data: { 'ca.crt': '' } }
    this.registry.create(catalogue.require('configmaps'), root, name)
  }

  private empty(name: string): void {
    const namespace = this.registry.store.get('namespaces', undefined, name)
    if (namespace?.metadata.deletionTimestamp === undefined) return
    let left = 0
    for (const key of this.registry.store.resources()) {
      for (const object of this.registry.store.list(key, name)) {
        if (object.metadata.deletionTimestamp === undefined) this.registry.discard(key, object)
        if (this.registry.store.find(object.metadata.uid) !== undefined) left += 1
      }
    }
    if (left > 0) {
      this.work.addAfter(name, 200)
      return
    }
    this.registry.edit('namespaces', namespace, draft => {
      draft['spec'] = { finalizers: [] }
    })
  }
}
