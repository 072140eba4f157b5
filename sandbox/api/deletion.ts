import type { SandboxClock } from '../clock.js'
import { conflict } from './api-error.js'
import { copy, fieldsOf, type KubeObject, timestamp } from './object.js'
import { type Resource, storageKey } from './resource.js'
import type { Store } from './store.js'

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: string
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly dryRun?: boolean
}

/** Deletion with preconditions, finalizers, propagation and, for pods, a grace period. */
export class Deletion {
  private readonly store: Store
  private readonly clock: SandboxClock

  constructor(store: Store, clock: SandboxClock) {
    this.store = store
    this.clock = clock
  }

  /** The object as the answer shows it. It is gone unless finalizers or a grace period still hold it. */
  delete(resource: Resource, object: KubeObject, options: DeleteOptions): KubeObject {
    checkPreconditions(resource, object, options)
    if (options.dryRun === true) return object
    const grace = graceOf(resource, object, options)
    const finalizers = finalizersAfter(object, options.propagationPolicy)
    if (finalizers.length === 0 && grace === 0 && !isHeldNamespace(resource, object)) {
      return this.store.remove(storageKey(resource.group, resource.plural), object)
    }
    const draft = copy(object)
    if (finalizers.length > 0) draft.metadata.finalizers = finalizers
    const shorter = grace < (object.metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY)
    if (object.metadata.deletionTimestamp === undefined || shorter) {
      draft.metadata.deletionTimestamp = timestamp(new Date(this.clock.now() + grace * 1000))
      draft.metadata.deletionGracePeriodSeconds = grace
    }
    if (resource.kind === 'Namespace') draft['status'] = { ...fieldsOf(draft, 'status'), phase: 'Terminating' }
    return this.store.replace(storageKey(resource.group, resource.plural), draft)
  }

  /** Removes an object whose deletion only waited for the finalizers that are gone now. */
  finish(resource: Resource, object: KubeObject): void {
    const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata
    if (deletionTimestamp === undefined || finalizers.length > 0 || deletionGracePeriodSeconds > 0) return
    if (!isHeldNamespace(resource, object)) this.store.remove(storageKey(resource.group, resource.plural), object)
  }
}

function checkPreconditions(resource: Resource, object: KubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = options.preconditions ?? {}
  const { metadata } = object
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`
    throw conflict(resource, metadata.name, why)
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const found = metadata.resourceVersion
    const why = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${found}`
    throw conflict(resource, metadata.name, why)
  }
}

/** Only pods wait: for their processes, and only when some may run. */
function graceOf(resource: Resource, object: KubeObject, options: DeleteOptions): number {
  if (resource.kind !== 'Pod') return 0
  const spec = fieldsOf(object, 'spec')
  const phase = fieldsOf(object, 'status')['phase']
  if (spec['nodeName'] === undefined || phase === 'Succeeded' || phase === 'Failed') return 0
  const own = spec['terminationGracePeriodSeconds']
  return options.gracePeriodSeconds ?? (typeof own === 'number' ? own : 30)
}

function finalizersAfter(object: KubeObject, policy: string | undefined): string[] {
  const present = (object.metadata.finalizers ?? []).filter(name => name !== 'foregroundDeletion' && name !== 'orphan')
  if (policy === 'Foreground') return [...present, 'foregroundDeletion']
  if (policy === 'Orphan') return [...present, 'orphan']
  return object.metadata.deletionTimestamp === undefined ? present : (object.metadata.finalizers ?? [])
}

/** A namespace stays until its contents are gone; the namespace controller then empties `spec.finalizers`. */
function isHeldNamespace(resource: Resource, object: KubeObject): boolean {
  const held = fieldsOf(object, 'spec')['finalizers']
  return resource.kind === 'Namespace' && Array.isArray(held) && held.length > 0
}
