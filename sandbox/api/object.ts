/** Any part of an object whose shape the sandbox does not need to know. */
export type Fields = Record<string, unknown>

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

export interface ObjectMeta {
  name: string
  generateName?: string
  namespace?: string
  uid: string
  resourceVersion: string
  generation?: number
  creationTimestamp: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: unknown[]
}

/** An API object as it travels: plain JSON, never mutated once stored. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: ObjectMeta
  [field: string]: unknown
}

/** A condition of `status.conditions`, as every kind of Kubernetes words it. */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason?: string
  readonly message?: string
  readonly lastProbeTime?: string | null
  readonly lastTransitionTime?: string
  readonly observedGeneration?: number
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object under `key`, or an empty one; never the live reference of something that is not an object. */
export function fieldsOf(value: unknown, key: string): Fields {
  const inner = isFields(value) ? value[key] : undefined
  return isFields(inner) ? inner : {}
}

/** A deep copy of plain JSON. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T
  if (!isFields(value)) return value
  const copied: Fields = {}
  for (const [key, inner] of Object.entries(value)) if (inner !== undefined) copied[key] = copy(inner)
  return copied as T
}

/** Whether two pieces of plain JSON say the same; a field without a value counts as absent. */
export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => same(item, b[index]))
  if (!isFields(a) || !isFields(b)) return a === b
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every(key => same(a[key], b[key]))
}

/** Kubernetes writes times in seconds, in UTC. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

/** Conditions with `next` put in, as of the timestamp `at`: the transition time moves only when the status changes. */
export function withCondition(conditions: readonly Condition[] | undefined, next: Condition, at: string): Condition[] {
  const before = (conditions ?? []).find(condition => condition.type === next.type)
  const lastTransitionTime =
    before?.status === next.status && before.lastTransitionTime !== undefined ? before.lastTransitionTime : at
  const written = { ...next, lastTransitionTime }
  if (before === undefined) return [...(conditions ?? []), written]
  return (conditions ?? []).map(condition => (condition.type === next.type ? written : condition))
}

export function conditionOf(object: KubeObject, type: string): Condition | undefined {
  const conditions = fieldsOf(object, 'status')['conditions']
  return Array.isArray(conditions) ? (conditions as Condition[]).find(condition => condition.type === type) : undefined
}

export function isTrue(object: KubeObject, type: string): boolean {
  return conditionOf(object, type)?.status === 'True'
}
