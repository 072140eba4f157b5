import type { KubeObject } from './object.js'
import { keyFor, keyOf } from './object.js'

/** What happened to an object in a cache. */
export interface ObjectChange<T extends KubeObject = KubeObject> {
  readonly type: 'added' | 'updated' | 'deleted'
  readonly object: T
  /** The object before an update. */
  readonly previous?: T
}

/** Computes the keys under which an object is found again. */
export type IndexFunctions<T> = Readonly<Record<string, (object: T) => readonly string[]>>

/** A late answer is late by seconds; this many deletions do not happen in that time. */
const REMEMBERED_DELETIONS = 2000

/**
 * The objects of one kind by key and by index. It turns what the server says into changes: an object that came back
 * under another uid is a deletion and an addition, and news older than what is known is no news.
 */
export class ObjectCache<T extends KubeObject = KubeObject> {
  readonly #objects = new Map<string, T>()
  readonly #indexFunctions: IndexFunctions<T>
  readonly #indexes = new Map<string, Map<string, Set<string>>>()
  /** The contextual indexes in which an object stands, by its key: what the function says may have changed since. */
  readonly #places = new Map<string, readonly (readonly [indexName: string, indexKey: string])[]>()
  readonly #contextual: ReadonlySet<string>
  /** Uids of deleted objects: the answer to a write may arrive after the news that its object is gone. */
  readonly #gone = new Set<string>()

  /** `contextual` names the functions that look beyond the object, so that {@link reindex} is needed at times. */
  constructor(indexFunctions: IndexFunctions<T> = {}, contextual: readonly string[] = []) {
    this.#contextual = new Set(contextual)
    this.#indexFunctions = indexFunctions
    for (const name of Object.keys(indexFunctions)) this.#indexes.set(name, new Map())
  }

  get size(): number {
    return this.#objects.size
  }

  get(name: string, namespace?: string): T | undefined {
    return this.#objects.get(keyFor(name, namespace))
  }

  list(): T[] {
    return [...this.#objects.values()]
  }

  /**
   * The objects for which the index function gave this key.
   * @throws Error when there is no index of that name.
   */
  byIndex(indexName: string, key: string): T[] {
    const index = this.#indexes.get(indexName)
    if (!index) throw new Error(`No index ${indexName}; there are: ${[...this.#indexes.keys()].join(', ') || 'none'}.`)
    const found: T[] = []
    for (const objectKey of index.get(key) ?? []) {
      const object = this.#objects.get(objectKey)
      if (object) found.push(object)
    }
    return found
  }

  /** Computes an object's keys in the contextual indexes again. */
  reindex(name: string, namespace?: string): void {
    const key = keyFor(name, namespace)
    const object = this.#objects.get(key)
    if (object === undefined) return
    this.#unindex(key, object)
    this.#index(key, object)
  }

  /** Takes in an object that was added or modified. */
  put(object: T): ObjectChange<T>[] {
    const key = keyOf(object)
    const previous = this.#objects.get(key)
    if (previous && isOlder(object, previous)) return []
    if (this.#gone.has(object.metadata.uid ?? '')) return []
    return this.#store(key, object, previous)
  }

  /** Takes out an object that was deleted. A late message about a predecessor of the same name changes nothing. */
  remove(object: T): ObjectChange<T>[] {
    const key = keyOf(object)
    this.#bury(object.metadata.uid)
    const previous = this.#objects.get(key)
    if (!previous || previous.metadata.uid !== object.metadata.uid) return []
    this.#drop(key, previous)
    return [{ type: 'deleted', object }]
  }

  /** Takes a complete list: whatever is not in it is gone. */
  replaceAll(objects: readonly T[]): ObjectChange<T>[] {
    const changes: ObjectChange<T>[] = []
    const present = new Set(objects.map(keyOf))
    for (const [key, previous] of this.#objects) {
      if (present.has(key)) continue
      this.#drop(key, previous)
      changes.push({ type: 'deleted', object: previous })
    }
    for (const object of objects) {
      const key = keyOf(object)
      for (const change of this.#store(key, object, this.#objects.get(key))) changes.push(change)
    }
    return changes
  }

  #bury(uid: string | undefined): void {
    if (uid === undefined) return
    this.#gone.add(uid)
    const [oldest] = this.#gone
    if (this.#gone.size > REMEMBERED_DELETIONS && oldest !== undefined) this.#gone.delete(oldest)
  }

  #store(key: string, object: T, previous: T | undefined): ObjectChange<T>[] {
    if (previous && sameVersion(object, previous)) return []
    if (previous) this.#drop(key, previous)
    this.#objects.set(key, object)
    this.#index(key, object)
    if (!previous) return [{ type: 'added', object }]
    if (previous.metadata.uid === object.metadata.uid) return [{ type: 'updated', object, previous }]
    return [
      { type: 'deleted', object: previous },
      { type: 'added', object },
    ]
  }

  #drop(key: string, object: T): void {
    this.#objects.delete(key)
    this.#unindex(key, object)
  }

  #index(key: string, object: T): void {
    const contextual: [string, string][] = []
    this.#eachIndexKey(object, (name, indexKey) => {
      if (this.#contextual.has(name)) contextual.push([name, indexKey])
      const index = this.#indexes.get(name)
      const keys = index?.get(indexKey)
      if (keys) keys.add(key)
      else index?.set(indexKey, new Set([key]))
    })
    if (contextual.length > 0) this.#places.set(key, contextual)
  }

  #unindex(key: string, object: T): void {
    const leave = (name: string, indexKey: string) => {
      const index = this.#indexes.get(name)
      const keys = index?.get(indexKey)
      keys?.delete(key)
      if (keys?.size === 0) index?.delete(indexKey)
    }
    for (const [name, indexKey] of this.#places.get(key) ?? []) leave(name, indexKey)
    this.#places.delete(key)
    this.#eachIndexKey(object, (name, indexKey) => {
      if (!this.#contextual.has(name)) leave(name, indexKey)
    })
  }

  #eachIndexKey(object: T, visit: (name: string, indexKey: string) => void): void {
    for (const [name, keysOf] of Object.entries(this.#indexFunctions)) {
      for (const indexKey of keysOf(object)) visit(name, indexKey)
    }
  }
}

function sameVersion(one: KubeObject, other: KubeObject): boolean {
  const { uid, resourceVersion } = one.metadata
  return (
    resourceVersion !== undefined && uid === other.metadata.uid && resourceVersion === other.metadata.resourceVersion
  )
}

function isOlder(object: KubeObject, than: KubeObject): boolean {
  return isOlderVersion(object.metadata.resourceVersion, than.metadata.resourceVersion)
}

/**
 * Whether one resourceVersion lies before another. They are decimal numbers that may be compared since
 * Kubernetes 1.35 (KEP-5504); of anything else nothing is known, so it does not count as older.
 */
export function isOlderVersion(version: string | undefined, than: string | undefined): boolean {
  if (!version || !than || !/^[0-9]+$/.test(version) || !/^[0-9]+$/.test(than)) return false
  return BigInt(version) < BigInt(than)
}
