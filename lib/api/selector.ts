import { z } from 'zod'
import { mapOf } from '../schema/map.js'
import { line } from './text.js'

export const requirementSchema = z.strictObject({
  key: line(316).describe('Label key.'),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']).describe('How the label is compared.'),
  values: z.array(line(63)).max(64).optional().describe('Values for In and NotIn.'),
})

/** The label selector of the Kubernetes API (meta/v1). */
export const labelSelectorSchema = z.strictObject({
  matchLabels: mapOf(line(316), line(63), 64).optional().describe('Labels that must be equal.'),
  matchExpressions: z.array(requirementSchema).max(64).optional().describe('Conditions that must all hold.'),
})

export type LabelSelector = z.infer<typeof labelSelectorSchema>
export type LabelRequirement = z.infer<typeof requirementSchema>
