import type { SandboxClock } from '../clock.js'
import type { ControllerContext } from './controller.js'

/** Keys waiting to be reconciled: each at most once, soon or after a delay, one after the other. */
export class Work {
  private readonly handle: (key: string) => void
  private readonly log: (line: string) => void
  private readonly clock: SandboxClock
  private readonly soon = new Map<string, NodeJS.Immediate>()
  private readonly later = new Map<string, { cancel: () => void; due: number }>()
  private stopped = false

  constructor(handle: (key: string) => void, { registry, log }: Pick<ControllerContext, 'registry' | 'log'>) {
    this.handle = handle
    this.clock = registry.clock
    this.log = log
  }

  add(key: string): void {
    if (this.stopped || this.soon.has(key)) return
    this.soon.set(
      key,
      setImmediate(() => this.run(key)),
    )
  }

  /** Of several delays for one key the earliest counts. */
  addAfter(key: string, milliseconds: number): void {
    if (this.stopped) return
    const due = this.clock.now() + milliseconds
    const planned = this.later.get(key)
    if (planned !== undefined && planned.due <= due) return
    planned?.cancel()
    const fire = (): void => {
      this.later.delete(key)
      this.add(key)
    }
    this.later.set(key, { cancel: this.clock.after(milliseconds, fire), due })
  }

  stop(): void {
    this.stopped = true
    for (const immediate of this.soon.values()) clearImmediate(immediate)
    for (const { cancel } of this.later.values()) cancel()
    this.soon.clear()
    this.later.clear()
  }

  private run(key: string): void {
    this.soon.delete(key)
    if (this.stopped) return
    try {
      this.handle(key)
    } catch (error) {
      this.log(`reconciling ${key}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      this.addAfter(key, 1000)
    }
  }
}

/** The key of an object inside one controller: `namespace/name`. */
export function workKey(metadata: { readonly namespace?: string; readonly name: string }): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

export function splitKey(key: string): [namespace: string, name: string] {
  const slash = key.indexOf('/')
  return [key.slice(0, slash), key.slice(slash + 1)]
}
