import { ApiError, isExpired } from './api-error.js'
import { backoffDelay } from './backoff.js'
import type { KubeClient, ListQuery } from './client.js'
import type { Clock } from './clock.js'
import { sleep, systemClock } from './clock.js'
import { type KubeObject, withoutManagedFields } from './object.js'
import type { IndexFunctions, ObjectChange } from './object-cache.js'
import { isOlderVersion, ObjectCache } from './object-cache.js'
import type { Resource } from './resource.js'
import type { WatchEvent } from './watch-event.js'

/** What a reflector mirrors and whom it tells. */
export interface ReflectorOptions<T extends KubeObject = KubeObject> {
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  /**
   * Reduces an object before it is stored; must keep name, namespace, uid and resourceVersion. Given what is stored
   * under its name, to share what has not changed. What it throws goes to `onError`, and the object is left out.
   * Default: all but managedFields.
   */
  readonly transform?: (object: T, known: T | undefined) => T
  readonly indexes?: IndexFunctions<T>
  /** Indexes whose functions look beyond the object: {@link Reflector.reindex} tells when that has changed. */
  readonly contextual?: readonly string[]
  /** Called after the cache has changed. What it throws goes to `onError` and harms nothing else. */
  readonly onChange?: (change: ObjectChange<T>) => void
  /** Told about every failure; the reflector goes on by itself. Default: console.error. */
  readonly onError?: (error: unknown, doing: string) => void
  readonly clock?: Clock
  readonly random?: () => number
  /** Longest silence on a watch before it counts as dead. Bookmarks come about every minute. Default 120 000 ms. */
  readonly idleMs?: number
}

const BACKOFF = { firstMs: 800, longestMs: 30_000 }
const PAGE_SIZE = 500
const RELIST_MS = 30 * 60_000
/** A watch that ends sooner than this without an event counts as a failure. */
const SHORT_WATCH_MS = 1_000
/** A list older than what was seen is refused this often; after that the store was evidently restored from a backup. */
const STALE_LISTS_REFUSED = 5

/**
 * Mirrors the objects of one kind: lists them, then watches, and survives whatever the connection and the server do.
 * Every 30–60 minutes it lists again, so that an event lost on the way is not lost for good.
 */
export class Reflector<T extends KubeObject = KubeObject> {
  /** Resolves after the first complete list; rejects when stopped before. */
  readonly synced: Promise<void>
  hasSynced = false
  /** Monotonic time of the last list, event or bookmark, in milliseconds. */
  lastContactAt: number
  /** Complete lists so far, the first one included. */
  relists = 0
  /** Watches that had to be opened again. */
  reconnects = 0

  readonly #client: Pick<KubeClient, 'pages' | 'watch'>
  readonly #resource: Resource
  readonly #options: ReflectorOptions<T>
  readonly #clock: Clock
  readonly #random: () => number
  readonly #cache: ObjectCache<T>
  readonly #abort = new AbortController()
  #running: Promise<void> | undefined
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined
  #version: string | undefined
  #relistAt = 0
  #failures = 0
  #staleLists = 0

  constructor(client: Pick<KubeClient, 'pages' | 'watch'>, resource: Resource, options: ReflectorOptions<T> = {}) {
    this.#client = client
    this.#resource = resource
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#random = options.random ?? Math.random
    this.#cache = new ObjectCache(options.indexes, options.contextual)
    this.lastContactAt = this.#clock.now()
    this.synced = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    // Whoever waits for it sees the rejection; a reflector nobody waits for must not end the process.
    this.synced.catch(() => undefined)
  }

  /** Begins to mirror; a second call changes nothing. */
  start(): void {
    this.#running ??= this.#run()
  }

  /** Ends the list, watch or pause under way and resolves when nothing more will be delivered. */
  async stop(): Promise<void> {
    this.#abort.abort(new Error(`The reflector of ${this.#resource.plural} was stopped.`))
    this.#settle?.reject(this.#abort.signal.reason)
    await this.#running
  }

  /** The object of this name as last seen; shared with all readers, so never change it. */
  get(name: string, namespace?: string): T | undefined {
    return this.#cache.get(name, namespace)
  }

  /** All objects as last seen. */
  list(): T[] {
    return this.#cache.list()
  }

  /** The objects whose index function gave this key. */
  byIndex(indexName: string, key: string): T[] {
    return this.#cache.byIndex(indexName, key)
  }

  /** Computes the index keys of one object again, when what its index functions look at has changed. */
  reindex(name: string, namespace?: string): void {
    this.#cache.reindex(name, namespace)
  }

  /**
   * Takes in an object that a write has just returned, so that the next reader sees it before the watch does.
   * Whatever the watch has seen since then is newer and stays.
   */
  observe(object: T): void {
    const read = this.#isKnown(object) ? undefined : this.#read(object)
    if (read !== undefined) this.#deliver(this.#cache.put(read))
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort
    while (!signal.aborted) {
      try {
        if (this.#version === undefined || this.#clock.now() >= this.#relistAt) await this.#relist()
        await this.#watch()
      } catch (error) {
        if (signal.aborted) return
        await sleep(this.#clock, this.#delayAfter(error), signal)
      }
      this.reconnects++
    }
  }

  async #relist(): Promise<void> {
    const { items, version } = await this.#collect(PAGE_SIZE).catch(error => {
      // The continue token outlived the compaction; one answer with everything cannot.
      if (isExpired(error)) return this.#collect(0)
      throw error
    })
    if (isOlderVersion(version, this.#version) && ++this.#staleLists < STALE_LISTS_REFUSED) {
      throw new Error(`The list is at resourceVersion ${version}, older than ${this.#version} which was already seen.`)
    }
    this.#staleLists = 0
    this.#version = version
    this.#relistAt = this.#clock.now() + RELIST_MS * (1 + this.#random())
    this.relists++
    this.#touch()
    this.#deliver(this.#cache.replaceAll(items))
    this.hasSynced = true
    this.#settle?.resolve()
  }

  async #collect(limit: number): Promise<{ items: T[]; version: string }> {
    const { namespace, labelSelector } = this.#options
    const query: ListQuery = { namespace, labelSelector, limit }
    const items: T[] = []
    let version = ''
    for await (const page of this.#client.pages<T>(this.#resource, query, this.#abort.signal)) {
      for (const item of page.items) {
        const read = this.#read(item)
        if (read !== undefined) items.push(read)
      }
      version = page.resourceVersion
      this.#touch()
    }
    return { items, version }
  }

  async #watch(): Promise<void> {
    const { namespace, labelSelector, idleMs = 120_000 } = this.#options
    const timeoutSeconds = 240 + Math.floor(this.#random() * 121)
    const query = { namespace, labelSelector, resourceVersion: this.#version, timeoutSeconds, idleMs }
    const openedAt = this.#clock.now()
    let events = 0
    for await (const event of this.#client.watch<T>(this.#resource, query, this.#abort.signal)) {
      if (this.#abort.signal.aborted) return
      events++
      this.#failures = 0
      this.#touch()
      this.#take(event)
    }
    if (events === 0 && this.#clock.now() - openedAt < SHORT_WATCH_MS) {
      throw new Error('The server ended the watch at once, without an event.')
    }
    this.#failures = 0
  }

  #take(event: WatchEvent<T>): void {
    const { resourceVersion } = event.object.metadata
    if (event.type === 'ADDED' || event.type === 'MODIFIED') {
      this.observe(event.object)
    } else if (event.type === 'DELETED') {
      this.#deliver(this.#cache.remove(this.#read(event.object) ?? event.object))
    }
    if (resourceVersion && !isOlderVersion(resourceVersion, this.#version)) this.#version = resourceVersion
  }

  // A write's answer is followed by the watch's news of the same version.
  #isKnown({ metadata: { name, namespace, uid, resourceVersion } }: T): boolean {
    const known = this.#cache.get(name, namespace)?.metadata
    return resourceVersion !== undefined && known?.uid === uid && known?.resourceVersion === resourceVersion
  }

  // One object that cannot be reduced must not keep all the others from being mirrored.
  #read(object: T): T | undefined {
    const { name, namespace } = object.metadata
    try {
      return (this.#options.transform ?? withoutManagedFields)(object, this.#cache.get(name, namespace))
    } catch (error) {
      this.#report(error, `reading ${this.#resource.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`)
      return undefined
    }
  }

  #deliver(changes: readonly ObjectChange<T>[]): void {
    for (const change of changes) {
      try {
        this.#options.onChange?.(change)
      } catch (error) {
        this.#report(error, `handling ${change.type} ${this.#resource.kind} ${change.object.metadata.name}`)
      }
    }
  }

  /** How long to pause after a failure; an expired version is met by listing again. */
  #delayAfter(error: unknown): number {
    this.#failures++
    if (isExpired(error)) this.#relistAt = 0
    else this.#report(error, `watching ${this.#resource.plural}`)
    const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0
    return Math.max(asked, backoffDelay(BACKOFF, this.#failures, this.#random))
  }

  #report(error: unknown, doing: string): void {
    if (this.#options.onError) this.#options.onError(error, doing)
    else console.error(`Reflector, ${doing}:`, error)
  }

  #touch(): void {
    this.lastContactAt = this.#clock.now()
  }
}
