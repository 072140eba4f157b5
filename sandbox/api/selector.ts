import { badRequest } from './api-error.js'
import { isFields, type KubeObject } from './object.js'

export type Predicate = (object: KubeObject) => boolean

/** Reads `a=b,c!=d,e in (f,g),h,!i`, as `labelSelector` of a request carries it. Throws 400 for what it cannot read. */
export function labelPredicate(selector: string): Predicate {
  const requirements = splitRequirements(selector).map(labelRequirement)
  return object => requirements.every(matches => matches(object.metadata.labels ?? {}))
}

/** The `matchLabels` and `matchExpressions` form. */
export function matchesLabels(
  selector: { matchLabels?: Record<string, string>; matchExpressions?: readonly Expression[] } | undefined,
  labels: Record<string, string>,
): boolean {
  const exact = Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
  return exact && (selector?.matchExpressions ?? []).every(expression => matchesExpression(expression, labels))
}

export interface Expression {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

/** `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt`, `Lt`, as selectors and node affinity use them. */
export function matchesExpression(expression: Expression, labels: Record<string, string>): boolean {
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
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return false
  }
}

function splitRequirements(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map(part => part.trim())
    .filter(part => part !== '')
}

function labelRequirement(text: string): (labels: Record<string, string>) => boolean {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text)
  if (set !== null) {
    const values = (set[3] ?? '').split(',').map(value => value.trim())
    const operator = set[2] === 'in' ? 'In' : 'NotIn'
    return labels => matchesExpression({ key: set[1] ?? '', operator, values }, labels)
  }
  const pair = /^([^=!\s]+)\s*(==?|!=)\s*(\S*)$/.exec(text)
  if (pair !== null) {
    const [, key = '', operator, value = ''] = pair
    return operator === '!=' ? labels => labels[key] !== value : labels => labels[key] === value
  }
  const existence = /^(!?)\s*([A-Za-z0-9][A-Za-z0-9._/-]*)$/.exec(text)
  if (existence === null) throw badRequest(`unable to parse requirement: ${text}`)
  const [, not, key = ''] = existence
  return labels => (labels[key] !== undefined) !== (not === '!')
}

const common = ['metadata.name', 'metadata.namespace']
const selectableFields: Record<string, readonly string[]> = {
  pods: ['spec.nodeName', 'status.phase', 'spec.restartPolicy', 'spec.serviceAccountName', 'status.podIP'],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'reason',
    'type',
    'reportingComponent',
  ],
  'jobs.batch': ['status.successful'],
  secrets: ['type'],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
}

/** Reads `fieldSelector`; a field that Kubernetes does not index for the resource is a 400, as there. */
export function fieldPredicate(resource: string, selector: string): Predicate {
  const requirements = splitRequirements(selector).map(text => {
    const pair = /^([^=!]+?)(==?|!=)(.*)$/.exec(text)
    if (pair === null) throw badRequest(`invalid selector: '${text}'; can't understand it`)
    const [, path = '', operator, value = ''] = pair
    if (![...common, ...(selectableFields[resource] ?? [])].includes(path)) {
      throw badRequest(`field label not supported: ${path}`)
    }
    return (object: KubeObject) => (textAt(object, path) === value) === (operator !== '!=')
  })
  return object => requirements.every(matches => matches(object))
}

function textAt(object: KubeObject, path: string): string {
  let value: unknown = object
  for (const part of path.split('.')) value = isFields(value) ? value[part] : undefined
  return value === undefined || value === null ? '' : String(value)
}
