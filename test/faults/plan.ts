import { nameOf, type Point, pointOf } from './point.js'

/** What an API may answer a read or a write. */
export const answerEffects = [
  'lose',
  'reset',
  'conflict',
  'expired',
  'busy',
  'internal',
  'unavailable',
  'timeout',
  'hang',
] as const

/** What befalls whoever comes to a point. `crash` ends the controller or the trigger, `kill` the container of an agent. */
export const effects = [
  'crash-before',
  'crash-after',
  'crash-stale',
  'kill-before',
  'kill-during',
  'kill-after',
  ...answerEffects,
  'freeze',
  'clock-ahead',
  'clock-behind',
] as const
export type Effect = (typeof effects)[number]

/** One thing that goes wrong, and where. */
export interface Fault {
  readonly at: Point
  readonly effect: Effect
  /** What the effect needs beside the point: the resource whose watch freezes. */
  readonly of?: string
}

/** Everything that goes wrong in one course: what holds all the time, and what happens at points. */
export interface Plan {
  readonly conditions: readonly string[]
  readonly faults: readonly Fault[]
}

export const undisturbed: Plan = { conditions: [], faults: [] }

export const textOfFault = ({ at, effect, of }: Fault): string =>
  `${of === undefined ? effect : `${effect}:${of}`} @ ${nameOf(at)}`

/** The plan as one line, for replays. */
export const textOfPlan = ({ conditions, faults }: Plan): string =>
  [...conditions.map(each => `while ${each}`), ...faults.map(textOfFault)].join(' + ')

/** Reads what {@link textOfPlan} wrote. Throws RangeError for any other text. */
export function planOf(text: string): Plan {
  const parts = text.split(' + ').filter(part => part !== '')
  return {
    conditions: parts.filter(part => part.startsWith('while ')).map(part => part.slice('while '.length)),
    faults: parts.filter(part => !part.startsWith('while ')).map(faultOf),
  }
}

function faultOf(text: string): Fault {
  const [what = '', name] = text.split(' @ ')
  const [word, of] = what.split(':')
  const effect = effects.find(each => each === word)
  if (effect === undefined || name === undefined)
    throw new RangeError(`'${text}' is no fault; expected '<effect> @ <point>' with one of ${effects.join(', ')}`)
  return { at: pointOf(name), effect, ...(of === undefined ? {} : { of }) }
}
