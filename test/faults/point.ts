/** What somebody did, in words that are the same in every run: no uid, hash or pod suffix is in them. */
export type Deed = string

/** One moment of a flow at which something may go wrong: a deed and which time it is, counted from 1. */
export interface Point {
  readonly deed: Deed
  readonly occurrence: number
}

/** The point as texts and replay commands name it. */
export const nameOf = ({ deed, occurrence }: Point): string => `${deed} #${occurrence}`

/** Reads what {@link nameOf} wrote. Throws RangeError for any other text. */
export function pointOf(name: string): Point {
  const [, deed, occurrence] = /^(.+) #(\d+)$/.exec(name) ?? []
  if (deed === undefined) throw new RangeError(`'${name}' is no point; expected '<deed> #<occurrence>'`)
  return { deed, occurrence: Number(occurrence) }
}

/** An API request, as far as a deed tells it. */
export interface Request {
  readonly verb: string
  /** Plural and group, with the subresource after a slash, as in an audit log. */
  readonly resource: string
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  /** The object that is sent. */
  readonly body?: unknown
}

interface Sent {
  readonly metadata?: { readonly name?: string }
  readonly involvedObject?: { readonly kind?: string; readonly name?: string }
  readonly reason?: string
}

/** The deed of an API request. */
export function deedOfRequest(actor: string, { verb, resource, namespace, name, body }: Request): Deed {
  const sent = (body ?? {}) as Sent
  const about =
    resource === 'events' && sent.involvedObject !== undefined
      ? `${sent.involvedObject.kind} ${steady(sent.involvedObject.name ?? '')} ${sent.reason}`
      : steady(name ?? sent.metadata?.name ?? '')
  return [actor, verb, resource, namespace, about].filter(part => part !== undefined && part !== '').join(' ')
}

/** A name without what differs between two runs: digests of uids, and the suffixes of generated names. */
export function steady(name: string): string {
  return name
    .replace(/-(maintain|unlock)-[0-9a-f]{10}/g, '-$1-*')
    .replace(/-[0-9a-f]{8}-(\d+)(?=$|-finish|-[a-z0-9]{5}$)/g, '-*-$1')
    .replace(/-[0-9a-f]{8}-notify(?=$|-[a-z0-9]{5}$)/g, '-*-notify')
    .replace(/((?:-\d+|-finish|-notify|-\*))-[a-z0-9]{5}$/, '$1-?')
    .replace(/-[0-9a-f]{8}$/, '-*')
    .replace(/\.[0-9a-f]{16}$/, '.*')
}

/** Counts deeds, and so tells which point a deed is. */
export class PointLog {
  readonly #counts = new Map<Deed, number>()
  readonly #points: Point[] = []

  note(deed: Deed): Point {
    const occurrence = (this.#counts.get(deed) ?? 0) + 1
    this.#counts.set(deed, occurrence)
    const point = { deed, occurrence }
    this.#points.push(point)
    return point
  }

  /** All points so far, in their order. */
  get points(): readonly Point[] {
    return this.#points
  }
}
