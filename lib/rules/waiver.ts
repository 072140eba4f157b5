import { nearestWord } from '../nearest-word.js'
import type { Problem } from '../problem.js'

/** Lets named objects break a rule for a time. */
export interface Waiver {
  /** Code of the rule. */
  readonly rule: string
  /** `namespace/name` of one object, or `namespace/*` for all of a namespace. */
  readonly for: string
  /** Why. */
  readonly reason: string
  /** A date, `2027-06-30`: the waiver holds to the end of that day, UTC. */
  readonly until: string
}

/** What a waiver could be about, for a message that names the nearest. */
export interface WaiverContext {
  readonly today: Date
  readonly codes: readonly string[]
  /** `namespace/name` of each object that a rule looked at. */
  readonly objects: readonly string[]
}

const day = /^\d{4}-\d{2}-\d{2}$/

/** The first moment at which a date such as `2027-06-30` is over, UTC; undefined when it is none. */
export function endOfDay(date: string): number | undefined {
  const start = day.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  // JavaScript takes the 31st of June for the first of July.
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== date) return undefined
  return start + 86_400_000
}

/** Why a waiver does not count, whatever the rules find; undefined when it does. */
export function waiverFault(waiver: Waiver, { today }: Pick<WaiverContext, 'today'>): Problem | undefined {
  if (typeof waiver.reason !== 'string' || waiver.reason.trim() === '') {
    return fault(waiver, 'reason', 'has no reason; say why the rule may be broken')
  }
  const end = endOfDay(String(waiver.until))
  if (end === undefined) {
    return fault(waiver, 'until', `is '${waiver.until}'; expected the last day on which it holds, such as 2027-06-30`)
  }
  if (end <= today.getTime()) {
    return fault(
      waiver,
      'until',
      `was over at the end of ${waiver.until}; obey the rule, or decide anew until when not`,
    )
  }
  return undefined
}

/** A waiver that nothing needed. */
export function idleWaiver(waiver: Waiver, context: WaiverContext): Problem {
  const { codes, objects } = context
  if (!codes.includes(waiver.rule)) {
    return fault(waiver, 'rule', `waives nothing: there is no rule ${waiver.rule}${meant(waiver.rule, codes)}`)
  }
  const known = waiver.for.endsWith('/*') ? [...new Set(objects.map(object => `${object.split('/')[0]}/*`))] : objects
  if (!known.includes(waiver.for)) {
    const what = waiver.for.includes('/') ? `there is no ${waiver.for}` : `'${waiver.for}' is not namespace/name`
    return fault(waiver, 'for', `waives nothing: ${what}${meant(waiver.for, known)}`)
  }
  return fault(waiver, '', `waives nothing: ${waiver.for} obeys ${waiver.rule}; remove the waiver`)
}

const meant = (word: string, known: readonly string[]): string => {
  const nearest = nearestWord(word, known)
  return nearest === undefined ? '' : `; did you mean ${nearest}?`
}

function fault(waiver: Waiver, path: string, message: string): Problem {
  return { code: 'HF5402', object: `waiver of ${waiver.rule} for ${waiver.for}`, path, message }
}
