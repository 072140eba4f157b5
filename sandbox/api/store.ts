import { type KubeObject, same } from './object.js'

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly revision: number
  /** The store's name of the resource: `jobs.batch`. */
  readonly resource: string
  readonly object: KubeObject
  readonly previous?: KubeObject
}

/**
 * Objects under one global revision, with the last changes kept for watches. It knows no policy: names, validation
 * and deletion are the registry's.
 */
export class Store {
  private revision = 1
  private compacted = 0
  /** By resource, by namespace (empty for what has none), by name. */
  private readonly tables = new Map<string, Map<string, Map<string, KubeObject>>>()
  private readonly byUid = new Map<string, KubeObject>()
  private readonly history: Change[] = []
  private readonly listeners = new Set<(change: Change) => void>()
  private readonly unheard: Change[] = []
  private readonly kept: number

  /** `kept` is how many changes a watch can go back; older revisions are answered with 410. */
  constructor(kept = 5000) {
    this.kept = kept
  }

  currentRevision(): number {
    return this.revision
  }

  oldestRevision(): number {
    return this.compacted
  }

  get<T extends KubeObject>(resource: string, namespace: string | undefined, name: string): T | undefined {
    return this.tables
      .get(resource)
      ?.get(namespace ?? '')
      ?.get(name) as T | undefined
  }

  find(uid: string): KubeObject | undefined {
    return this.byUid.get(uid)
  }

  /** In the order of etcd's keys: namespace, then name. */
  list<T extends KubeObject>(resource: string, namespace?: string): T[] {
    const table = this.tables.get(resource)
    if (table === undefined) return []
    const namespaces = namespace === undefined ? [...table.keys()].sort(byText) : [namespace]
    return namespaces.flatMap(each => [...(table.get(each)?.values() ?? [])].sort(byName) as T[])
  }

  resources(): string[] {
    return [...this.tables.keys()]
  }

  create(resource: string, object: KubeObject): KubeObject {
    return this.commit('ADDED', resource, object)
  }

  /** Writes `object` over the stored one; a write that changes nothing costs no revision. */
  replace(resource: string, object: KubeObject): KubeObject {
    const previous = this.get(resource, object.metadata.namespace, object.metadata.name)
    if (previous !== undefined && same(previous, object)) return previous
    return this.commit('MODIFIED', resource, object, previous)
  }

  remove(resource: string, object: KubeObject): KubeObject {
    return this.commit('DELETED', resource, object, object)
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** The changes after `revision`, or undefined when some of them are no longer kept. */
  changesAfter(resource: string, revision: number): Change[] | undefined {
    if (revision < this.compacted) return undefined
    return this.history.filter(change => change.revision > revision && change.resource === resource)
  }

  /** Forgets all history, as etcd does from time to time: a watch from an older revision gets 410. */
  compact(): void {
    this.compacted = this.revision
    this.history.length = 0
  }

  private commit(type: Change['type'], resource: string, object: KubeObject, previous?: KubeObject): KubeObject {
    this.revision += 1
    const written = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.revision) } }
    const objects = this.objects(resource, object.metadata.namespace ?? '')
    if (type === 'DELETED') {
      objects.delete(object.metadata.name)
      this.byUid.delete(object.metadata.uid)
    } else {
      objects.set(object.metadata.name, written)
      this.byUid.set(object.metadata.uid, written)
    }
    this.publish({ type, revision: this.revision, resource, object: written, ...(previous ? { previous } : {}) })
    return written
  }

  private publish(change: Change): void {
    this.history.push(change)
    if (this.history.length > this.kept) {
      const dropped = this.history.splice(0, this.history.length - this.kept)
      this.compacted = dropped.at(-1)?.revision ?? this.compacted
    }
    this.unheard.push(change)
    if (this.unheard.length === 1) this.announce()
  }

  /** A listener that writes in turn must not make others hear its change before the one that caused it. */
  private announce(): void {
    const failures: unknown[] = []
    for (let change = this.unheard[0]; change !== undefined; change = this.unheard[0]) {
      for (const listener of [...this.listeners]) {
        try {
          listener(change)
        } catch (error) {
          failures.push(error)
        }
      }
      this.unheard.shift()
    }
    if (failures.length > 0) throw failures[0]
  }

  private objects(resource: string, namespace: string): Map<string, KubeObject> {
    const table = this.tables.get(resource) ?? new Map<string, Map<string, KubeObject>>()
    this.tables.set(resource, table)
    const objects = table.get(namespace) ?? new Map<string, KubeObject>()
    table.set(namespace, objects)
    return objects
  }
}

const byText = (a: string, b: string) => (a < b ? -1 : 1)
const byName = (a: KubeObject, b: KubeObject) => byText(a.metadata.name, b.metadata.name)
