import type { ChangeDetail } from './change.js'

/** One leaf that two values do not share; undefined on the side that lacks it. */
export interface Difference {
  /** As a person would write it: `spec.target.paths`. */
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

const absent = (value: unknown): boolean => value === undefined || value === null
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null

/**
 * The leaves in which two JSON values differ, in the order of their fields. Absent and null are the same. A list of
 * scalars is one leaf; lists of objects are compared item by item.
 */
export function differencesOf(before: unknown, after: unknown, path = ''): Difference[] {
  if (before === after || (absent(before) && absent(after))) return []
  if (isObject(before) && isObject(after)) {
    const fields = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...fields].flatMap(field =>
      differencesOf(before[field], after[field], path === '' ? field : `${path}.${field}`),
    )
  }
  if (Array.isArray(before) && Array.isArray(after)) return listDifferences(before, after, path)
  return [{ path, before: before ?? undefined, after: after ?? undefined }]
}

function listDifferences(before: readonly unknown[], after: readonly unknown[], path: string): Difference[] {
  if (before.every(isScalar) && after.every(isScalar)) {
    const same = before.length === after.length && before.every((value, index) => value === after[index])
    return same ? [] : [{ path, before, after }]
  }
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index).flatMap(index =>
    differencesOf(before[index], after[index], `${path}[${index}]`),
  )
}

/** A value in one line; undefined when there is none. */
export function valueText(value: unknown): string | undefined {
  if (absent(value)) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Differences as details of a change. */
export function detailsOf(differences: readonly Difference[]): ChangeDetail[] {
  return differences.map(({ path, before, after }) => detail(path, valueText(before), valueText(after)))
}

/** One detail; a side without a text is left out. */
export function detail(field: string, before: string | undefined, after: string | undefined): ChangeDetail {
  return { field, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
}

/** Whether a path is a field or lies inside it. */
export function isWithin(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`)
}

/** Those differences that lie in one of the fields. */
export function differencesIn(differences: readonly Difference[], ...fields: readonly string[]): Difference[] {
  return differences.filter(({ path }) => fields.some(field => isWithin(path, field)))
}
