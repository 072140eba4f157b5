import { tryParseDuration } from '../lib/duration.js'
import type { FleetPolicy } from '../lib/fleet/policy.js'
import { greatestGap } from '../lib/objective/greatest-gap.js'
import { triggerTime } from '../lib/objective/timing.js'
import { defaultStartingDeadline, defaultTimeOut } from '../lib/resolver-defaults.js'
import { readableSpan } from '../lib/time-span.js'
import { utcMinute } from './point-in-time.js'

/** How old the newest backup gets at worst while every session succeeds, in milliseconds, and what it is made of. */
export interface WorstAge {
  readonly total: number
  readonly parts: readonly string[]
}

/** Any year will do: a greatest pause comes back with the clock changes and the months. */
const anyYear = new Date('2027-01-01T00:00:00Z')

/** Undefined for a policy that does not run by itself at least every year. */
export function worstAgeOf({ schedule, spec }: FleetPolicy): WorstAge | undefined {
  if (schedule === undefined || spec.paused === true) return undefined
  const pause = greatestGap(schedule, anyYear)
  if (pause === undefined) return undefined
  const deadline = tryParseDuration(spec.startingDeadline ?? defaultStartingDeadline) ?? 0
  const session = tryParseDuration(spec.timeOut ?? defaultTimeOut) ?? 0
  const parts = [
    `${readableSpan(pause.length)} between runs (${schedule.expression} ${schedule.timeZone}; the longest pause begins ${utcMinute(pause.from)})`,
    `${readableSpan(deadline)} startingDeadline`,
    `${readableSpan(triggerTime)} until the trigger has made the session`,
    `${readableSpan(session)} timeOut of the session`,
  ]
  return { total: pause.length + deadline + triggerTime + session, parts }
}
