import type { LabelRequirement, LabelSelector } from './api/selector.js'

/** Whether labels satisfy a selector; an empty selector selects everything, as in Kubernetes. */
export function selects(selector: LabelSelector, labels: Readonly<Record<string, string>> = {}): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labelIn(labels, key) === value)
  return equal && (selector.matchExpressions ?? []).every(expression => holds(expression, labels))
}

// A key such as `constructor` is no label of every namespace.
const labelIn = (labels: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined

function holds(expression: LabelRequirement, labels: Readonly<Record<string, string>>): boolean {
  const value = labelIn(labels, expression.key)
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
