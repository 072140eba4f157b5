import { every, type SandboxClock } from '../clock.js'
import { type ApiError, expired } from './api-error.js'
import type { Identifiers } from './identifier.js'
import { predicateOf } from './list.js'
import type { KubeObject } from './object.js'
import { keyOf, type Registry } from './registry.js'
import type { Reply } from './reply.js'
import { type ApiRequest, isOn } from './request.js'
import { apiVersionOf } from './resource.js'
import type { Predicate } from './selector.js'
import type { Change, Store } from './store.js'

/** One watch request from its first byte to its end. */
export class Watch {
  private readonly store: Store
  private readonly request: ApiRequest
  private readonly reply: Reply
  private readonly clock: SandboxClock
  private readonly identifiers: Identifiers
  private readonly matches: Predicate
  private readonly stops: (() => void)[] = []

  constructor(registry: Registry, request: ApiRequest, reply: Reply) {
    this.store = registry.store
    this.clock = registry.clock
    this.identifiers = registry.identifiers
    this.request = request
    this.reply = reply
    this.matches = predicateOf(request)
  }

  /** Sends what is due at once and then follows; `bookmarkEvery` is in milliseconds. */
  start(bookmarkEvery: number): void {
    this.reply.start(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' })
    const asked = this.request.query.get('resourceVersion') ?? ''
    if (asked === '' || asked === '0' || isOn(this.request.query, 'sendInitialEvents')) this.sendAll()
    else if (!this.sendSince(Number(asked))) return
    this.follow()
    this.limit()
    if (isOn(this.request.query, 'allowWatchBookmarks'))
      this.stops.push(every(this.clock, bookmarkEvery, () => this.bookmark()))
  }

  stop(): void {
    for (const stop of this.stops.splice(0)) stop()
    this.reply.end()
  }

  private sendAll(): void {
    for (const object of this.store.list(keyOf(this.request.resource), this.request.namespace)) {
      if (this.matches(object)) this.send('ADDED', object)
    }
    if (isOn(this.request.query, 'sendInitialEvents')) this.bookmark({ 'k8s.io/initial-events-end': 'true' })
  }

  /** False when the history does not reach back: the stream then ends with an error event, as a watch cache's does. */
  private sendSince(revision: number): boolean {
    const changes = Number.isNaN(revision) ? undefined : this.store.changesAfter(keyOf(this.request.resource), revision)
    if (changes === undefined) {
      const oldest = this.store.oldestRevision()
      this.sendError(expired(`too old resource version: ${revision} (${oldest})`))
      this.stop()
      return false
    }
    for (const change of changes) this.forward(change)
    return true
  }

  private follow(): void {
    const key = keyOf(this.request.resource)
    this.stops.push(this.store.subscribe(change => change.resource === key && this.forward(change)))
    this.reply.onClose(() => this.stop())
  }

  private limit(): void {
    const seconds = Number(this.request.query.get('timeoutSeconds') ?? 0)
    const limit = seconds > 0 ? seconds : this.identifiers.between(1800, 3600)
    this.stops.push(this.clock.after(limit * 1000, () => this.stop()))
  }

  /** An object that comes to match is new to this watch, and one that ceases to match is deleted for it. */
  private forward(change: Change): void {
    const { namespace } = this.request
    if (namespace !== undefined && change.object.metadata.namespace !== namespace) return
    const now = change.type !== 'DELETED' && this.matches(change.object)
    const before = change.previous !== undefined && this.matches(change.previous)
    if (now) this.send(before ? 'MODIFIED' : 'ADDED', change.object)
    else if (before) this.send('DELETED', asOf(change))
  }

  private bookmark(annotations?: Record<string, string>): void {
    const { resource } = this.request
    const metadata = {
      resourceVersion: String(this.store.currentRevision()),
      creationTimestamp: null,
      ...(annotations === undefined ? {} : { annotations }),
    }
    this.write({ type: 'BOOKMARK', object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } })
  }

  private send(type: Change['type'], object: KubeObject): void {
    this.write({ type, object })
  }

  private sendError(error: ApiError): void {
    this.write({ type: 'ERROR', object: error.status() })
  }

  private write(event: unknown): void {
    if (!this.reply.closed) this.reply.write(`${JSON.stringify(event)}\n`)
  }
}

/** What a watch sees of an object that left it: its last matching state, at the revision of the change. */
function asOf(change: Change): KubeObject {
  const last = change.previous ?? change.object
  return { ...last, metadata: { ...last.metadata, resourceVersion: String(change.revision) } }
}
