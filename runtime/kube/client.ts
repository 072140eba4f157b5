import { apiErrorFromStatus, isNotFound } from './api-error.js'
import type { Clock } from './clock.js'
import { systemClock } from './clock.js'
import type { Endpoint } from './endpoint.js'
import { jsonLines } from './json-lines.js'
import type { ApiCall, DateListener, KubeTransport } from './kube-transport.js'
import type { KubeList, KubeObject } from './object.js'
import type { Resource, ResourceAddress } from './resource.js'
import { apiVersionOf, resourcePath } from './resource.js'
import { retryRead } from './retry.js'
import { Transport } from './transport.js'
import type { WatchEvent, WatchQuery } from './watch-event.js'

/** Which objects a list or a watch covers. Without a namespace: all of them. */
export interface ListQuery {
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  /** Objects per page. Default 500; 0 asks for everything at once. */
  readonly limit?: number | undefined
}

/** How a delete is made safe and how far it reaches. */
export interface DeleteOptions {
  /** Delete only the object with this uid; a successor of the same name stays (409). */
  readonly uid?: string | undefined
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' | undefined
}

/** What tests and callers with a tighter schedule set. */
export interface KubeClientOptions {
  /** Bound on each call, in milliseconds. Default 30 000. */
  readonly deadlineMs?: number
  /** How often a read is made at most before its error is thrown. Default 4. */
  readonly readAttempts?: number
  readonly clock?: Clock
  /** Spreads the pauses between the attempts of a read. */
  readonly random?: () => number
}

const PAGE_SIZE = 500

/**
 * The Kubernetes API as raw JSON. Each call is bounded by a deadline; reads are repeated when the server is busy or
 * the connection breaks, writes never are. Every method throws ApiError when the server refuses.
 */
export class KubeClient {
  readonly #transport: KubeTransport
  readonly #deadlineMs: number
  readonly #readAttempts: number
  readonly #clock: Clock
  readonly #random: () => number

  constructor(endpoint: Endpoint | KubeTransport, options: KubeClientOptions = {}) {
    this.#transport = 'call' in endpoint ? endpoint : new Transport(endpoint)
    this.#deadlineMs = options.deadlineMs ?? 30_000
    this.#readAttempts = options.readAttempts ?? 4
    this.#clock = options.clock ?? systemClock
    this.#random = options.random ?? Math.random
  }

  /** A client of the cluster that kubectl would use, or of the cluster this pod runs in. */
  static async fromDefaultConfig(): Promise<KubeClient> {
    const { loadEndpoint } = await import('./credentials.js')
    return new KubeClient(await loadEndpoint())
  }

  /** The same connections with another bound on each call, in milliseconds, and on the attempts of a read. */
  withDeadline(deadlineMs: number, readAttempts = this.#readAttempts): KubeClient {
    return new KubeClient(this.#transport, { deadlineMs, readAttempts, clock: this.#clock, random: this.#random })
  }

  /** Reads one object. */
  async get<T extends KubeObject = KubeObject>(resource: Resource, name: string, namespace?: string): Promise<T> {
    return (await this.#read(resourcePath(resource, { name, namespace }))) as T
  }

  /** Reads one object; undefined when there is none. */
  async tryGet<T extends KubeObject = KubeObject>(
    resource: Resource,
    name: string,
    namespace?: string,
  ): Promise<T | undefined> {
    try {
      return await this.get<T>(resource, name, namespace)
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  /**
   * Reads all objects, page after page.
   * @throws ApiError 410 when the pages expired on the way; start again.
   */
  async list<T extends KubeObject = KubeObject>(
    resource: Resource,
    query: ListQuery = {},
    signal?: AbortSignal,
  ): Promise<KubeList<T>> {
    const items: T[] = []
    let resourceVersion = ''
    for await (const page of this.pages<T>(resource, query, signal)) {
      for (const item of page.items) items.push(item)
      resourceVersion = page.resourceVersion
    }
    return { items, resourceVersion }
  }

  /** Like {@link list}, one page at a time; the last page's resourceVersion is the one to watch from. */
  async *pages<T extends KubeObject = KubeObject>(
    resource: Resource,
    query: ListQuery = {},
    signal?: AbortSignal,
  ): AsyncGenerator<KubeList<T>, void, undefined> {
    const path = resourcePath(resource, { namespace: query.namespace })
    const { labelSelector, fieldSelector, limit = PAGE_SIZE } = query
    let next: string | undefined
    do {
      const search = searchOf({ labelSelector, fieldSelector, limit: limit || undefined, continue: next })
      const page = (await this.#read(path + search, signal)) as RawList<T>
      yield {
        items: (page.items ?? []).map(item => typed(resource, item)),
        resourceVersion: page.metadata.resourceVersion,
      }
      next = page.metadata.continue || undefined
    } while (next)
  }

  /** Creates an object and returns it as stored. */
  async create<T extends KubeObject>(resource: Resource, object: T): Promise<T> {
    const path = resourcePath(resource, { namespace: object.metadata.namespace })
    return (await this.#call({ method: 'POST', path, body: object })) as T
  }

  /** Replaces an object; with a resourceVersion only if it is still the current one (409 otherwise). */
  replace<T extends KubeObject>(resource: Resource, object: T): Promise<T> {
    return this.#put(resource, object, addressOf(object))
  }

  /**
   * Replaces an object's status, under the same condition as {@link replace}. Nothing else is sent: whatever else a
   * write to `/status` says, the server ignores (Kubernetes API conventions, "spec and status").
   */
  replaceStatus<T extends KubeObject>(resource: Resource, object: T): Promise<T> {
    const { apiVersion, kind, metadata } = object
    const { name, namespace, uid, resourceVersion } = metadata
    const body = { apiVersion, kind, metadata: { name, namespace, uid, resourceVersion }, status: object['status'] }
    return this.#put(resource, body as unknown as T, { ...addressOf(object), subresource: 'status' })
  }

  /** Applies a JSON merge patch (RFC 7386): null removes a field, lists are replaced as a whole. */
  async mergePatch<T extends KubeObject = KubeObject>(
    resource: Resource,
    name: string,
    namespace: string | undefined,
    patch: Readonly<Record<string, unknown>>,
  ): Promise<T> {
    const path = resourcePath(resource, { name, namespace })
    return (await this.#call({
      method: 'PATCH',
      path,
      body: patch,
      contentType: 'application/merge-patch+json',
    })) as T
  }

  /** Deletes an object. By default the garbage collector removes what it owns in the background. */
  async delete(
    resource: Resource,
    name: string,
    namespace: string | undefined,
    options: DeleteOptions = {},
  ): Promise<void> {
    const { uid, propagationPolicy = 'Background' } = options
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy, ...(uid && { preconditions: { uid } }) }
    await this.#call({ method: 'DELETE', path: resourcePath(resource, { name, namespace }), body })
  }

  /**
   * One watch connection: its events until the server ends it. Nothing is repeated here; the Reflector does that.
   * @throws ApiError for a refusal and for an ERROR event, DeadlineError after `idleMs` of silence, the signal's
   * reason once it aborts.
   */
  async *watch<T extends KubeObject = KubeObject>(
    resource: Resource,
    query: WatchQuery = {},
    signal?: AbortSignal,
  ): AsyncGenerator<WatchEvent<T>, void, undefined> {
    const { namespace, idleMs = 0, ...rest } = query
    const path = resourcePath(resource, { namespace })
    const search = searchOf({ watch: 1, allowWatchBookmarks: true, ...rest })
    const call: ApiCall = { method: 'GET', path: path + search, signal }
    const response = await this.#transport.stream(call, this.#deadlineMs, idleMs)
    try {
      for await (const line of jsonLines(response)) {
        const event = line as WatchEvent<T>
        if (event.type === 'ERROR') throw apiErrorFromStatus(`WATCH ${path}`, event.object)
        yield event
      }
      signal?.throwIfAborted()
    } finally {
      response.destroy()
    }
  }

  /** Tells from now on what the clock of the API server shows, with every answer that says so. */
  onDate(listener: DateListener): void {
    this.#transport.onDate(listener)
  }

  /** Closes all connections. */
  close(): void {
    this.#transport.close()
  }

  async #put<T extends KubeObject>(resource: Resource, object: T, address: ResourceAddress): Promise<T> {
    return (await this.#call({ method: 'PUT', path: resourcePath(resource, address), body: object })) as T
  }

  #read(path: string, signal?: AbortSignal): Promise<unknown> {
    const read = () => this.#call({ method: 'GET', path, signal })
    return retryRead(read, { attempts: this.#readAttempts, clock: this.#clock, random: this.#random }, signal)
  }

  #call(call: ApiCall): Promise<unknown> {
    return this.#transport.call(call, this.#deadlineMs)
  }
}

interface RawList<T> {
  readonly items?: T[] | null
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string }
}

/** The API server leaves apiVersion and kind out of the items of built-in lists. */
function typed<T extends KubeObject>(resource: Resource, item: T): T {
  return item.kind ? item : { ...item, apiVersion: apiVersionOf(resource), kind: resource.kind }
}

function addressOf(object: KubeObject): ResourceAddress {
  return { name: object.metadata.name, namespace: object.metadata.namespace }
}

function searchOf(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, String(value))
  return search.size > 0 ? `?${search}` : ''
}
