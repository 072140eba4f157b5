import { createHash } from 'node:crypto'
import { isAlreadyExists, isNotFound } from '../kube/api-error.js'
import type { KubeClient } from '../kube/client.js'
import type { Clock } from '../kube/clock.js'
import { sleep, systemClock } from '../kube/clock.js'
import type { KubeObject } from '../kube/object.js'
import { EVENTS } from '../kube/resource.js'

/** What happened, in the terms of `kubectl get events`. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning'
  /** CamelCase, for programs: `SnapshotStored`. */
  readonly reason: string
  /** For people; cut at 1 024 characters. */
  readonly message: string
}

/** Who reports, and how much. */
export interface EventRecorderOptions {
  /** `reportingComponent` of the events. Default `holdfast-controller`. */
  readonly component?: string
  /** Pod name, `reportingInstance`. */
  readonly instance?: string
  /** Events written at once before the rate counts. Default 50. */
  readonly burst?: number
  /** Events per second after that. Default 2. */
  readonly perSecond?: number
  /** Told when an event could not be written. Default: console.error. */
  readonly onError?: (error: unknown) => void
  readonly clock?: Clock
}

interface Pending {
  readonly event: KubeObject
  times: number
}

/** Notes that may wait to be written, and counts that are remembered. */
const LONGEST_QUEUE = 256
const REMEMBERED_COUNTS = 1024
const LONGEST_MESSAGE = 1024

/**
 * Writes core/v1 Events about objects. The same reason and message about the same object is one Event whose `count`
 * grows, found again by its name even after a restart. Recording never fails and never delays the caller: events
 * inform people, nothing depends on them, so under pressure they are dropped and counted.
 */
export class EventRecorder {
  /** Notes that were not written because there were too many. */
  dropped = 0

  readonly #client: Pick<KubeClient, 'create' | 'mergePatch'>
  readonly #options: EventRecorderOptions
  readonly #clock: Clock
  readonly #pending = new Map<string, Pending>()
  readonly #counts = new Map<string, number>()
  readonly #abort = new AbortController()
  #writing: Promise<void> | undefined
  #tokens: number
  #tokensAt: number

  constructor(client: Pick<KubeClient, 'create' | 'mergePatch'>, options: EventRecorderOptions = {}) {
    this.#client = client
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#tokens = options.burst ?? 50
    this.#tokensAt = this.#clock.now()
  }

  /** Notes that something happened to an object; written in the background. */
  record(about: KubeObject, note: EventNote): void {
    const event = this.#eventOf(about, note)
    const key = `${event.metadata.namespace}/${event.metadata.name}`
    const waiting = this.#pending.get(key)
    if (waiting) {
      waiting.times++
    } else if (this.#pending.size >= LONGEST_QUEUE || this.#abort.signal.aborted) {
      this.dropped++
    } else {
      this.#pending.set(key, { event, times: 1 })
      this.#writing ??= this.#writeAll()
    }
  }

  /** Resolves when all that was noted so far is written or given up. */
  async flush(): Promise<void> {
    await this.#writing
  }

  /** Takes no more notes, writes what the rate allows at once and drops the rest. */
  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    // The caller's own work comes first, and notes made together are counted together.
    await sleep(this.#clock, 0)
    for (const [key, pending] of this.#pending) {
      const wait = this.#takeToken()
      if (wait > 0) await sleep(this.#clock, wait, this.#abort.signal)
      this.#pending.delete(key)
      if (wait > 0 && this.#abort.signal.aborted) this.dropped++
      else await this.#write(key, pending).catch(error => this.#report(error))
    }
    this.#writing = undefined
  }

  /** Milliseconds to wait for the next event to be within the rate. */
  #takeToken(): number {
    const { burst = 50, perSecond = 2 } = this.#options
    const now = this.#clock.now()
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#tokensAt) / 1000) * perSecond) - 1
    this.#tokensAt = now
    return this.#tokens >= 0 ? 0 : (-this.#tokens / perSecond) * 1000
  }

  async #write(key: string, { event, times }: Pending): Promise<void> {
    if (this.#counts.has(key) && (await this.#increase(key, event, times))) return
    try {
      await this.#client.create(EVENTS, { ...event, count: times })
      this.#remember(key, times)
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      // Written before a restart: the answer to a first patch tells its count.
      const stored = await this.#patch(event, {})
      this.#remember(key, Number(stored['count'] ?? 1))
      await this.#increase(key, event, times)
    }
  }

  /** False when the Event is gone: the API server removes events after an hour. */
  async #increase(key: string, event: KubeObject, times: number): Promise<boolean> {
    const count = (this.#counts.get(key) ?? 0) + times
    try {
      await this.#patch(event, { count })
      this.#remember(key, count)
      return true
    } catch (error) {
      if (!isNotFound(error)) throw error
      this.#counts.delete(key)
      return false
    }
  }

  #patch(event: KubeObject, fields: Readonly<Record<string, unknown>>): Promise<KubeObject> {
    const { name, namespace } = event.metadata
    return this.#client.mergePatch(EVENTS, name, namespace, { lastTimestamp: event['lastTimestamp'], ...fields })
  }

  #remember(key: string, count: number): void {
    this.#counts.delete(key)
    this.#counts.set(key, count)
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > REMEMBERED_COUNTS && oldest !== undefined) this.#counts.delete(oldest)
  }

  #eventOf(about: KubeObject, note: EventNote): KubeObject {
    const { component = 'holdfast-controller', instance } = this.#options
    const { name, namespace, uid, resourceVersion } = about.metadata
    const message = note.message.slice(0, LONGEST_MESSAGE)
    const now = this.#clock
      .date()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
    return {
      apiVersion: 'v1',
      kind: 'Event',
      // Events about cluster-scoped objects live in the namespace `default`.
      metadata: { name: eventName(about, note.type, note.reason, message), namespace: namespace ?? 'default' },
      involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid, resourceVersion },
      type: note.type,
      reason: note.reason,
      message,
      source: { component },
      reportingComponent: component,
      reportingInstance: instance ?? component,
      firstTimestamp: now,
      lastTimestamp: now,
    }
  }

  #report(error: unknown): void {
    if (this.#options.onError) this.#options.onError(error)
    else console.error('An event could not be written:', error)
  }
}

function eventName(about: KubeObject, type: string, reason: string, message: string): string {
  const { name, namespace, uid } = about.metadata
  const parts = [about.kind, namespace ?? '', name, uid ?? '', type, reason, message]
  const hash = createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16)
  return `${name.slice(0, 200).replace(/[^a-z0-9]+$/, '')}.${hash}`
}
