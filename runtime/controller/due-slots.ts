import { findCondition } from '../../lib/conditions.js'
import { parseDuration } from '../../lib/duration.js'
import { defaultStartingDeadline, defaultTimeOut } from '../../lib/resolver-defaults.js'
import { nextSlot, parseSchedule, previousSlot } from '../../lib/schedule.js'
import type { ConfigurationObject } from './objects.js'
import { createdAt } from './objects.js'

interface Known {
  readonly slot: number | undefined
  /** Until when nothing newer is due. */
  readonly until: number
}

/** Schedules that are remembered; a fleet has far fewer different ones. */
const mostKnown = 20_000

/**
 * The slots whose backup must be there by now: even a session that began as late, and took as long, as the policy
 * allows is over. The same for all policies of one schedule, and remembered while it stays the same.
 */
export class DueSlots {
  readonly #known = new Map<string, Known>()

  /**
   * Unix milliseconds of the newest such slot; undefined when the policy owes none. Slots within a pause are not due.
   * One that was over before stays due through the pause and after it: a pause does not bring a missing backup back.
   */
  newest(configuration: ConfigurationObject, now: number): number | undefined {
    const { spec, status } = configuration
    const before = status?.dueBeforePause === undefined ? undefined : Date.parse(status.dueBeforePause)
    const paused = findCondition(status?.conditions, 'Paused')
    if (spec.paused === true && paused?.status === 'True') return before
    // While the status still says paused, it has only just been resumed.
    const resumed = paused?.status === 'True' ? now : Date.parse(paused?.lastTransitionTime ?? '1970-01-01')
    const { slot } = this.#of(spec, now)
    return slot !== undefined && slot > Math.max(createdAt(configuration).getTime(), resumed) ? slot : before
  }

  #of(spec: ConfigurationObject['spec'], now: number): Known {
    const { schedule, timeZone = 'Etc/UTC', timeOut = defaultTimeOut } = spec
    const grace = parseDuration(spec.startingDeadline ?? defaultStartingDeadline) + parseDuration(timeOut)
    const key = `${schedule} ${timeZone} ${grace}`
    const found = this.#known.get(key)
    if (found !== undefined && now < found.until) return found
    const known = worked(schedule, timeZone, grace, now)
    if (this.#known.size >= mostKnown) this.#known.clear()
    this.#known.set(key, known)
    return known
  }
}

function worked(expression: string, timeZone: string, grace: number, now: number): Known {
  const parsed = parseSchedule(expression, timeZone)
  // The configuration says itself that it cannot be read.
  if (!parsed.ok) return { slot: undefined, until: Number.POSITIVE_INFINITY }
  const past = new Date(now - grace)
  const next = nextSlot(parsed.schedule, past)
  const until = next === undefined ? Number.POSITIVE_INFINITY : next.getTime() + grace
  return { slot: previousSlot(parsed.schedule, past)?.getTime(), until }
}
