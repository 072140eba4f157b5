import type { KubeObject } from '../api/object.js'
import type { Registry } from '../api/registry.js'
import type { Controller, ControllerContext } from './controller.js'

/** `--event-ttl` of the API server: an hour after its last change an event is gone. */
const lifetime = 60 * 60_000

/** Forgets events as the API server does, so that a cluster does not fill up with them. */
export class EventExpiry implements Controller {
  private readonly registry: Registry
  private readonly unsubscribe: () => void
  /** When each event was last written, the longest ago first. */
  private readonly written = new Map<string, { at: number; event: KubeObject }>()
  private cancel: (() => void) | undefined

  constructor({ registry }: ControllerContext) {
    this.registry = registry
    this.unsubscribe = registry.store.subscribe(({ resource, type, object }) => {
      if (resource !== 'events') return
      const { uid } = object.metadata
      this.written.delete(uid)
      if (type === 'DELETED') return
      this.written.set(uid, { at: registry.clock.now(), event: object })
      this.plan()
    })
  }

  stop(): void {
    this.unsubscribe()
    this.cancel?.()
  }

  private plan(): void {
    const [oldest] = this.written.values()
    if (this.cancel !== undefined || oldest === undefined) return
    this.cancel = this.registry.clock.after(oldest.at + lifetime - this.registry.clock.now(), () => {
      this.cancel = undefined
      this.expire()
      this.plan()
    })
  }

  private expire(): void {
    for (const { at, event } of [...this.written.values()]) {
      if (at + lifetime > this.registry.clock.now()) return
      this.registry.discard('events', event)
    }
  }
}
