import type { Condition } from './api/condition.js'

export type ConditionStatus = Condition['status']

export interface Observation {
  readonly type: string
  readonly status: ConditionStatus
  readonly reason: string
  readonly message: string
}

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find(condition => condition.type === type)
}

/**
 * The conditions with one observation put in, in order of type.
 * `lastTransitionTime` moves only when `status` does, so that a repeated observation changes nothing.
 */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  observation: Observation,
  now: Date,
  observedGeneration?: number,
): Condition[] {
  const previous = findCondition(conditions, observation.type)
  const next: Condition = {
    type: observation.type,
    status: observation.status,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    lastTransitionTime:
      previous?.status === observation.status ? previous.lastTransitionTime : now.toISOString().replace(/\.\d+Z$/, 'Z'),
    reason: observation.reason,
    message: clipped(observation.message),
  }
  const others = (conditions ?? []).filter(condition => condition.type !== observation.type)
  return [...others, next].sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0))
}

/** meta/v1 allows a message 32 768 characters; a status that is refused for a longer one would never be written. */
const longestMessage = 32768
const clipped = (text: string) => (text.length <= longestMessage ? text : `${text.slice(0, longestMessage - 1)}…`)
