import { z } from 'zod'
import { line, timestamp } from './text.js'

/** The standard condition of Kubernetes (meta/v1), kstatus-compatible. */
export const conditionSchema = z.strictObject({
  type: line(316).describe('What the condition is about.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  observedGeneration: z.int().min(0).optional().describe('The generation of the spec that this was said of.'),
  lastTransitionTime: timestamp().describe('When `status` last changed.'),
  reason: line(1024).describe('One word for programs, the same as the reason of the event.'),
  message: z.string().max(32768).describe('A sentence for people.'),
})

export const conditionsSchema = () =>
  z
    .array(conditionSchema)
    .max(32)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })
    .describe('What is known, each with a reason and a sentence.')

export type Condition = z.infer<typeof conditionSchema>
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
    message: observation.message,
  }
  const others = (conditions ?? []).filter(condition => condition.type !== observation.type)
  return [...others, next].sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0))
}
