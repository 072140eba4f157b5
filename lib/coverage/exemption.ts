import { annotations } from '../api/group.js'
import { parseDay } from '../day.js'
import { type Claim, claimKey, exemptionOf } from '../fleet/claim.js'
import { grouped } from '../grouped.js'
import type { ProblemCode, SourcePosition } from '../problem.js'

/** Says that nobody backs a claim up, why, and until when; for claims whose manifests cannot carry the annotations. */
export interface ClaimExemption {
  /** `namespace/name`; a `*` stands for any characters but `/`. */
  readonly claim: string
  readonly reason: string
  /** A date, `2027-06-30`; the exemption holds to the end of that day, UTC. */
  readonly until: string
  /** Where it is written. @default - unknown */
  readonly position?: SourcePosition
}

/** An exemption that holds. */
export interface GrantedExemption {
  readonly reason: string
  /** Its last day; undefined when it needs no end, because the claim is a part of the backups themselves. */
  readonly until: string | undefined
}

/** What is wrong with an exemption. */
export interface ExemptionFault {
  readonly code: ProblemCode
  readonly path: string
  readonly message: string
}

export type JudgedExemption =
  | { readonly ok: true; readonly exemption: GrantedExemption }
  | { readonly ok: false; readonly fault: ExemptionFault }

interface Stated {
  readonly reason: unknown
  readonly until: unknown
}

/** What the annotations of a claim say; undefined when it has none of them. */
export function annotatedExemption(claim: Claim, today: Date): JudgedExemption | undefined {
  const stated = exemptionOf(claim)
  if (stated === undefined) return undefined
  const at = (name: string) => `metadata.annotations['${name}']`
  return judge(stated, { reason: at(annotations.exempt), until: at(annotations.exemptUntil) }, today)
}

/** Whether an exemption of the list holds. */
export function listedExemption(exemption: ClaimExemption, today: Date): JudgedExemption {
  if (!isKey(exemption.claim)) {
    const message = `is ${JSON.stringify(exemption.claim)}; expected namespace/name, such as shop/cache or scratch/*`
    return { ok: false, fault: { code: 'HF1002', path: 'claim', message } }
  }
  return judge(exemption, { reason: 'reason', until: 'until' }, today)
}

// A program without types may say anything, and */* would be no proof at all.
const isKey = (claim: unknown): claim is string =>
  typeof claim === 'string' && /^[^/\s]+\/[^/\s]+$/.test(claim) && /[a-z0-9]/.test(claim)

/** Last day of a day’s window as people write it: what is compared with `until`. */
export const dayOf = (date: Date): string => date.toISOString().slice(0, 10)

const dayMs = 86_400_000

function judge(stated: Stated, paths: Readonly<Record<keyof Stated, string>>, today: Date): JudgedExemption {
  const { reason, until } = stated
  const refuse = (code: ProblemCode, path: string, message: string): JudgedExemption => ({
    ok: false,
    fault: { code, path, message },
  })
  if (typeof reason !== 'string' || !/[\p{L}\p{N}]/u.test(reason)) {
    const why = reason === undefined ? 'is missing' : reason === '' ? 'is empty' : `is ${JSON.stringify(reason)}`
    return refuse('HF5102', paths.reason, `${why}; expected a sentence that says why nobody backs the claim up`)
  }
  const example = dayOf(new Date(today.getTime() + 90 * dayMs))
  if (until === undefined) return refuse('HF5102', paths.until, `is missing; expected a last day, such as ${example}`)
  if (typeof until !== 'string' || parseDay(until) === undefined) {
    return refuse('HF5102', paths.until, `is ${JSON.stringify(until)}; expected a date, such as ${example}`)
  }
  if (dayOf(today) <= until) return { ok: true, exemption: { reason: reason.trim(), until } }
  const days = Math.round((Date.parse(dayOf(today)) - Date.parse(until)) / dayMs)
  const since = days === 1 ? 'yesterday' : `${days} days ago`
  const message = `ended on ${until}, ${since} (‘${reason.trim()}’); add a policy for the claim, or decide again and set a new last day`
  return refuse('HF5103', paths.until, message)
}

/** Finds the exemptions of a list that are about a claim, without looking through the whole list. */
export class ExemptionList<T extends { readonly claim: string }> {
  readonly #exact: ReadonlyMap<string, T[]>
  readonly #patterns: readonly { readonly pattern: RegExp; readonly entry: T }[]

  constructor(all: readonly T[]) {
    const entries = all.filter(({ claim }) => isKey(claim))
    this.#exact = grouped(
      entries.filter(({ claim }) => !isPattern(claim)),
      ({ claim }) => claim,
    )
    const patterns = entries.filter(({ claim }) => isPattern(claim))
    this.#patterns = patterns.map(entry => ({ pattern: patternOf(entry.claim), entry }))
  }

  about(claim: Claim): T[] {
    const key = claimKey(claim)
    const matching = this.#patterns.filter(({ pattern }) => pattern.test(key)).map(({ entry }) => entry)
    return [...(this.#exact.get(key) ?? []), ...matching]
  }
}

export const isPattern = (claim: string): boolean => claim.includes('*')

function patternOf(glob: string): RegExp {
  const parts = glob.split(/\*+/).map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^/]*')}$`)
}
