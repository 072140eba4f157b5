import type { WrittenSchedule } from '../calendar/slots.js'
import { formatDuration, tryParseDuration } from '../duration.js'
import { type FleetPolicy, policyKey } from '../fleet/policy.js'
import type { Problem } from '../problem.js'
import { defaultStartingDeadline, defaultTimeOut } from '../resolver-defaults.js'
import { expectedDuration } from './expected-duration.js'
import { greatestGap } from './greatest-gap.js'

/** A schedule and the objective that is stated beside it; durations are Go’s. */
export interface StatedObjective {
  readonly schedule: WrittenSchedule
  readonly recoveryPointObjective: string
  readonly startingDeadline?: string | undefined
  readonly timeOut?: string | undefined
  /** Milliseconds that a session usually takes. */
  readonly expectedDuration: number
}

/**
 * Why a schedule cannot keep an objective; undefined when it can. It cannot when the greatest pause between two slots
 * and a session of the usual length are longer: then the objective is missed although nothing went wrong.
 */
export function brokenObjective(stated: StatedObjective, from: Date): string | undefined {
  const objective = tryParseDuration(stated.recoveryPointObjective)
  const gap = greatestGap(stated.schedule, from)
  if (objective === undefined || gap === undefined || gap.length + stated.expectedDuration <= objective)
    return undefined
  const { startingDeadline = defaultStartingDeadline, timeOut = defaultTimeOut } = stated
  const worst = gap.length + (tryParseDuration(startingDeadline) ?? 0) + (tryParseDuration(timeOut) ?? 0)
  const { expression, timeZone } = stated.schedule
  const pause = `${formatDuration(gap.length)} (${stamp(gap.from)} to ${stamp(gap.to)})`
  return `got ${stated.recoveryPointObjective}, but '${expression}' (${timeZone}) pauses for ${pause} and a session usually takes ${formatDuration(stated.expectedDuration)}; with startingDeadline ${startingDeadline} and timeOut ${timeOut} the newest backup gets up to ${formatDuration(worst)} old. Run more often, or state rpo and let the schedule follow`
}

/** The policies of a fleet whose schedule cannot keep their objective in the year after a date (HF5201). */
export function objectiveProblems(policies: readonly FleetPolicy[], from: Date): Problem[] {
  return policies.flatMap(policy => {
    const { schedule, spec, position } = policy
    if (schedule === undefined || spec.recoveryPointObjective === undefined || spec.paused === true) return []
    const message = brokenObjective(
      {
        schedule,
        recoveryPointObjective: spec.recoveryPointObjective,
        startingDeadline: spec.startingDeadline,
        timeOut: spec.timeOut,
        expectedDuration: expectedDuration(policy.annotations),
      },
      from,
    )
    const object = `BackupConfiguration ${policyKey(policy)}`
    const path = 'spec.recoveryPointObjective'
    return message === undefined ? [] : [{ code: 'HF5201' as const, object, path, message, source: position }]
  })
}

const stamp = (date: Date) => date.toISOString().slice(0, 16).concat('Z')
