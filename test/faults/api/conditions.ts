import { type Reply, sendJson } from '../../../sandbox/api/reply.js'
import { labelPredicate } from '../../../sandbox/api/selector.js'
import type { SandboxClock } from '../../../sandbox/clock.js'
import { seededRandom } from '../../simulation/seeded-random.js'
import type { Effect } from '../plan.js'
import type { Request } from '../point.js'
import { seedOf } from '../seeded.js'
import { Past } from './past.js'
import { ReplyFilter } from './reply-filter.js'
import { watchFilters } from './watch-filters.js'

/** How long a frozen watch shows nothing. */
const freezing = 5 * 60_000
/** By how many changes an API that is behind is behind. */
const behind = 6
const sometimes: Readonly<Record<string, Effect>> = {
  'many answers are lost': 'lose',
  'many requests are reset': 'reset',
  'the API is often busy': 'busy',
  'the API is often unavailable': 'unavailable',
  'many writes meet a conflict': 'conflict',
}

export const apiConditions: readonly string[] = ['the API is slow', ...Object.keys(sometimes)]
export const watchConditions: readonly string[] = Object.keys(watchFilters)

/** What holds through a whole course, or for some minutes of it. */
export class Conditions {
  readonly #names: readonly string[]
  readonly #frozen = new Map<string, Frozen>()
  readonly #random = seededRandom(seedOf(20260101))
  /** Must be told of every change of the store. */
  readonly past = new Past()
  /** The revision from which the lists of whole resources come. */
  #behind: number | undefined
  #begun = false

  constructor(names: readonly string[]) {
    this.#names = names
  }

  begin(): void {
    this.#begun = true
  }

  has(name: string): boolean {
    return this.#names.includes(name)
  }

  /** What befalls a request because of what holds. */
  befalls({ verb }: Request): { readonly effect: Effect } | undefined {
    const name = this.#begun ? this.#names.find(each => sometimes[each] !== undefined) : undefined
    const effect = sometimes[name ?? '']
    if (effect === undefined || verb === 'watch') return undefined
    if (effect === 'conflict' && (verb === 'list' || verb === 'get')) return undefined
    return this.#random() < 1 / 4 ? { effect } : undefined
  }

  /** Milliseconds that a request waits before it is carried out: 1 to 5 seconds where the API is slow. */
  delay({ verb }: Request): number {
    if (!this.#begun || !this.has('the API is slow') || verb === 'watch') return 0
    return 1000 + Math.floor(this.#random() * 5) * 1000
  }

  /** A watch as what holds lets it be seen. */
  filtered({ verb, resource }: Request, reply: Reply, clock: SandboxClock): Reply {
    if (verb !== 'watch') return reply
    const made = this.#names.map(name => watchFilters[name]).find(make => make !== undefined)?.(reply, clock) ?? reply
    return new Freezable(made, this.#of(resource))
  }

  /** From now on and for five minutes the watch of a resource shows nothing. */
  freeze(resource: string, clock: SandboxClock): void {
    const frozen = this.#of(resource)
    frozen.on = true
    clock.after(freezing, () => {
      frozen.on = false
      for (const thaw of frozen.thaw.splice(0)) thaw()
    })
  }

  /** For five minutes the API shows the cluster as it was some changes ago; what is written is carried out. */
  fallBehind(clock: SandboxClock): void {
    this.#behind = this.past.revisionBefore(behind)
    for (const resource of this.#frozen.keys()) this.freeze(resource, clock)
    clock.after(freezing, () => {
      this.#behind = undefined
    })
  }

  /** Answers a list of a whole resource while the API is behind, and says whether it did. */
  answersOld({ verb, resource, namespace }: Request, path: string, reply: Reply): boolean {
    if (this.#behind === undefined || verb !== 'list' || namespace !== undefined) return false
    const selector = new URL(path, 'http://api').searchParams.get('labelSelector') ?? ''
    const items = this.past.list(resource, this.#behind).filter(labelPredicate(selector))
    sendJson(reply, 200, { metadata: { resourceVersion: String(this.#behind) }, items })
    return true
  }

  #of(resource: string): Frozen {
    const frozen = this.#frozen.get(resource) ?? { on: false, thaw: [] }
    this.#frozen.set(resource, frozen)
    return frozen
  }
}

interface Frozen {
  on: boolean
  readonly thaw: (() => void)[]
}

interface Event {
  readonly type: string
  readonly object: { readonly metadata: { readonly resourceVersion?: string } }
}

/**
 * Holds back what a frozen watch would show, as a watch cache does that has lost its store: bookmarks still come, with
 * an old version, so that the silence gives nothing away.
 */
class Freezable extends ReplyFilter {
  readonly #frozen: Frozen
  readonly #held: string[] = []
  #version: string | undefined

  constructor(to: Reply, frozen: Frozen) {
    super(to)
    this.#frozen = frozen
  }

  override write(text: string): void {
    const event = JSON.parse(text) as Event
    if (!this.#frozen.on) {
      this.#version = event.object.metadata.resourceVersion
      super.write(text)
    } else if (event.type === 'BOOKMARK') {
      if (this.#version !== undefined) super.write(`${JSON.stringify(bookmark(event, this.#version))}\n`)
    } else {
      if (this.#held.length === 0) this.#frozen.thaw.push(() => this.#deliver())
      this.#held.push(text)
    }
  }

  override end(): void {
    if (!this.#frozen.on) super.end()
    else this.#frozen.thaw.push(() => super.end())
  }

  #deliver(): void {
    for (const text of this.#held.splice(0)) super.write(text)
  }
}

const bookmark = (event: Event, resourceVersion: string): Event => ({
  ...event,
  object: { ...event.object, metadata: { ...event.object.metadata, resourceVersion } },
})
