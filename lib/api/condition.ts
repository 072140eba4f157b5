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
