/** Who owns an object: the garbage collector deletes it after its owner. */
export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** The part of `metadata` that Holdfast reads; whatever else the server sent stays in place. */
export interface ObjectMeta {
  name: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  [other: string]: unknown
}

/**
 * An object exactly as the API server sent it. There are no models in between, because a model drops
 * the fields it does not know, and a read-modify-write would then delete what a newer server wrote.
 */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [other: string]: unknown
}

/** An object without the record of who wrote which of its fields, which is half of a small object and which nobody reads. */
export function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (!object.metadata['managedFields']) return object
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** A complete list and the resourceVersion from which a watch continues it. */
export interface KubeList<T extends KubeObject = KubeObject> {
  readonly items: T[]
  readonly resourceVersion: string
}

/** `namespace/name`, or `name` for a cluster-scoped object: the key of caches and queues. */
export function keyOf(object: KubeObject): string {
  return keyFor(object.metadata.name, object.metadata.namespace)
}

/** The key that {@link keyOf} gives to the object of this name. */
export function keyFor(name: string, namespace?: string): string {
  return namespace ? `${namespace}/${name}` : name
}
