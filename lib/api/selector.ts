import { z } from 'zod'
import { mapOf } from '../schema/map.js'
import { line } from './text.js'

const requirement = z.strictObject({
  key: line(316).describe('Label key.'),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']).describe('How the label is compared.'),
  values: z.array(line(63)).max(64).optional().describe('Values for In and NotIn.'),
})

/** The label selector of the Kubernetes API (meta/v1). */
export const labelSelectorSchema = z.strictObject({
  matchLabels: mapOf(line(316), line(63), 64).optional().describe('Labels that must be equal.'),
  matchExpressions: z.array(requirement).max(64).optional().describe('Conditions that must all hold.'),
})

export type LabelSelector = z.infer<typeof labelSelectorSchema>

/** Whether labels satisfy a selector; an empty selector selects everything, as in Kubernetes. */
export function selects(selector: LabelSelector, labels: Readonly<Record<string, string>> = {}): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
  return equal && (selector.matchExpressions ?? []).every(expression => holds(expression, labels))
}

function holds(expression: z.infer<typeof requirement>, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[expression.key]
  const values = expression.values ?? []
  switch (expression.operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}
