import type { Reply } from '../../../sandbox/api/reply.js'
import type { SandboxClock } from '../../../sandbox/clock.js'
import { ReplyFilter } from './reply-filter.js'

interface Event {
  readonly type: string
  readonly object: { readonly metadata: { readonly uid?: string } }
}

/** Sends every event twice. */
class Repeating extends ReplyFilter {
  override write(text: string): void {
    super.write(text)
    super.write(text)
  }
}

/** After some events: no bytes and no end, as behind a dead network. */
class HalfOpen extends ReplyFilter {
  #left = 2

  override write(text: string): void {
    if (this.#left-- > 0) super.write(text)
  }

  override end(): void {}
}

/** Ends after each event. */
class ShortLived extends ReplyFilter {
  override write(text: string): void {
    super.write(text)
    super.end()
  }
}

const gone = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 410, reason: 'Expired', message: 'too old' }

/** Says after each event that it is too old to go on. */
class Expiring extends ReplyFilter {
  override write(text: string): void {
    super.write(text)
    super.write(`${JSON.stringify({ type: 'ERROR', object: gone })}\n`)
    super.end()
  }
}

/** Delivers only every so often, and then everything. */
class Stalling extends ReplyFilter {
  readonly #clock: SandboxClock
  readonly #held: string[] = []

  constructor(to: Reply, clock: SandboxClock) {
    super(to)
    this.#clock = clock
  }

  override write(text: string): void {
    this.#held.push(text)
    if (this.#held.length === 1) this.#clock.after(stall, () => this.#deliver())
  }

  #deliver(): void {
    for (const text of this.#held.splice(0)) super.write(text)
  }
}

/** How long a stalled watch keeps its events to itself: less than the silence that counts as dead. */
const stall = 100_000
const mergeWindow = 3_000

/**
 * Shows of a run of changes only the last, and of an object that came and went nothing, as a watch may that was opened
 * in between: what is decided from levels must not depend on edges.
 */
class Merging extends ReplyFilter {
  readonly #clock: SandboxClock
  #held: Event[] = []

  constructor(to: Reply, clock: SandboxClock) {
    super(to)
    this.#clock = clock
  }

  override write(text: string): void {
    if (this.#held.length === 0) this.#clock.after(mergeWindow, () => this.#deliver())
    this.#held.push(JSON.parse(text))
  }

  #deliver(): void {
    for (const event of merged(this.#held)) super.write(`${JSON.stringify(event)}\n`)
    this.#held = []
  }
}

function merged(events: readonly Event[]): Event[] {
  const byUid = new Map<string, Event>()
  const others: Event[] = []
  for (const event of events) {
    const { uid } = event.object.metadata
    if (uid === undefined) {
      others.push(event)
      continue
    }
    const before = byUid.get(uid)
    byUid.delete(uid)
    if (before?.type === 'ADDED' && event.type === 'DELETED') continue
    byUid.set(uid, before?.type === 'ADDED' ? { ...event, type: 'ADDED' } : event)
  }
  return [...byUid.values(), ...others]
}

type Make = (to: Reply, clock: SandboxClock) => Reply

/** What may be wrong with every watch of a controller through a whole flow. */
export const watchFilters: Readonly<Record<string, Make>> = {
  'watches repeat every event': to => new Repeating(to),
  'watches fall silent': to => new HalfOpen(to),
  'watches end after each event': to => new ShortLived(to),
  'watches expire after each event': to => new Expiring(to),
  'watches stall': (to, clock) => new Stalling(to, clock),
  'watches merge and drop': (to, clock) => new Merging(to, clock),
}
