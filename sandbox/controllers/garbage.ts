import type { KubeObject, OwnerReference } from '../api/object.js'
import type { Registry } from '../api/registry.js'
import type { Change } from '../api/store.js'
import type { Controller, ControllerContext } from './controller.js'
import { Work } from './work.js'

/** Deletes objects whose owners are gone, and settles foreground and orphaning deletion of the owners themselves. */
export class GarbageCollector implements Controller {
  private readonly registry: Registry
  private readonly work: Work
  private readonly unsubscribe: () => void
  private readonly places = new Map<string, { resource: string; object: KubeObject }>()
  private readonly dependents = new Map<string, Set<string>>()

  constructor(context: ControllerContext) {
    this.registry = context.registry
    this.work = new Work(uid => this.settle(uid), context)
    this.unsubscribe = this.registry.store.subscribe(change => this.seen(change))
  }

  stop(): void {
    this.unsubscribe()
    this.work.stop()
  }

  private seen(change: Change): void {
    const { uid, ownerReferences = [], deletionTimestamp } = change.object.metadata
    if (change.type === 'DELETED') {
      this.places.delete(uid)
      for (const dependent of this.dependents.get(uid) ?? []) this.work.add(dependent)
      for (const owner of ownerReferences) this.forget(owner.uid, uid)
      return
    }
    this.places.set(uid, { resource: change.resource, object: change.object })
    for (const owner of ownerReferences) {
      this.dependents.set(owner.uid, (this.dependents.get(owner.uid) ?? new Set()).add(uid))
    }
    if (ownerReferences.length > 0 || deletionTimestamp !== undefined) this.work.add(uid)
  }

  private forget(owner: string, dependent: string): void {
    const known = this.dependents.get(owner)
    known?.delete(dependent)
    if (known?.size === 0) this.dependents.delete(owner)
    this.work.add(owner)
  }

  private settle(uid: string): void {
    const place = this.places.get(uid)
    if (place === undefined) return
    const { finalizers = [], deletionTimestamp } = place.object.metadata
    if (finalizers.includes('foregroundDeletion')) {
      this.foreground(place.resource, place.object)
      return
    }
    if (finalizers.includes('orphan')) {
      this.orphan(place.resource, place.object)
      return
    }
    if (deletionTimestamp === undefined) this.collect(place.resource, place.object)
  }

  private collect(resource: string, object: KubeObject): void {
    const owners = object.metadata.ownerReferences ?? []
    const living = owners.filter(owner => this.lives(owner, object))
    if (owners.length === 0) return
    if (living.length === 0) {
      this.registry.discard(resource, object)
      return
    }
    const waited = living.some(owner => owner.blockOwnerDeletion === true && this.inForeground(owner))
    if (waited && living.length === 1) {
      this.registry.discard(resource, object, { propagationPolicy: 'Foreground' })
      return
    }
    if (living.length < owners.length) this.keepOwners(resource, object, living)
  }

  /** An owner in another namespace counts as absent, as in Kubernetes; one without a namespace owns everywhere. */
  private lives(reference: OwnerReference, dependent: KubeObject): boolean {
    const owner = this.registry.store.find(reference.uid)
    if (owner === undefined || owner.kind !== reference.kind || owner.metadata.name !== reference.name) return false
    const { namespace } = owner.metadata
    return namespace === undefined || namespace === dependent.metadata.namespace
  }

  private inForeground(reference: OwnerReference): boolean {
    const owner = this.registry.store.find(reference.uid)
    return owner?.metadata.finalizers?.includes('foregroundDeletion') ?? false
  }

  private foreground(resource: string, owner: KubeObject): void {
    let blocking = 0
    for (const uid of this.dependents.get(owner.metadata.uid) ?? []) {
      const dependent = this.places.get(uid)
      const reference = dependent?.object.metadata.ownerReferences?.find(one => one.uid === owner.metadata.uid)
      if (dependent === undefined) continue
      if (reference?.blockOwnerDeletion === true) blocking += 1
      if (dependent.object.metadata.deletionTimestamp === undefined) this.work.add(uid)
    }
    if (blocking === 0) this.release(resource, owner, 'foregroundDeletion')
  }

  private orphan(resource: string, owner: KubeObject): void {
    for (const uid of [...(this.dependents.get(owner.metadata.uid) ?? [])]) {
      const dependent = this.places.get(uid)
      if (dependent === undefined) continue
      const others = (dependent.object.metadata.ownerReferences ?? []).filter(one => one.uid !== owner.metadata.uid)
      this.keepOwners(dependent.resource, dependent.object, others)
    }
    this.release(resource, owner, 'orphan')
  }

  private keepOwners(resource: string, object: KubeObject, owners: readonly OwnerReference[]): void {
    for (const owner of object.metadata.ownerReferences ?? []) {
      if (!owners.includes(owner)) this.dependents.get(owner.uid)?.delete(object.metadata.uid)
    }
    this.registry.edit(resource, object, draft => {
      if (owners.length === 0) delete draft.metadata.ownerReferences
      else draft.metadata.ownerReferences = [...owners]
    })
  }

  private release(resource: string, object: KubeObject, finalizer: string): void {
    this.registry.edit(resource, object, draft => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter(name => name !== finalizer)
    })
  }
}
