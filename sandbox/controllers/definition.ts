import { establishedStatus, resourcesOf } from '../api/custom-resource.js'
import type { KubeObject } from '../api/object.js'
import { keyOf, type Registry } from '../api/registry.js'
import type { Change } from '../api/store.js'
import type { Controller, ControllerContext } from './controller.js'

const definitions = 'customresourcedefinitions.apiextensions.k8s.io'

/** Serves what CustomResourceDefinitions define, from the moment they are written, and drops it with them. */
export class DefinitionController implements Controller {
  private readonly registry: Registry
  private readonly unsubscribe: () => void

  constructor(context: ControllerContext) {
    this.registry = context.registry
    this.unsubscribe = this.registry.store.subscribe(change => this.seen(change))
  }

  stop(): void {
    this.unsubscribe()
  }

  private seen(change: Change): void {
    if (change.resource !== definitions) return
    if (change.type === 'DELETED') {
      this.withdraw(change.object)
      return
    }
    this.registry.catalogue.register(resourcesOf(change.object))
    this.registry.edit(definitions, change.object, draft => {
      draft['status'] = establishedStatus(draft, this.registry.timestamp())
    })
  }

  private withdraw(definition: KubeObject): void {
    for (const resource of resourcesOf(definition)) {
      const key = keyOf(resource)
      for (const object of this.registry.store.list(key)) this.registry.store.remove(key, object)
      this.registry.catalogue.unregister(resource.group, resource.plural)
    }
  }
}
