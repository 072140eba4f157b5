import { isDeepStrictEqual } from 'node:util'
import {
  Expression,
  type Fields,
  type Guarded,
  isFields,
  type Template,
  TemplateList,
  TemplateMap,
} from './template-tree.js'

/**
 * Another synthesis than the full one, with one property changed. What differs is what the property decides: with `when`,
 * what is written only while that condition holds, or only while it does not; with `at`, values that Helm computes.
 */
export interface Variation<T> {
  readonly result: T
  /** Go template condition that holds in the full synthesis and not in this one. */
  readonly when?: string
  /** The pipeline that gives the value at a path, `spec.replicas`; undefined: look further inside. */
  readonly at?: (path: string, full: unknown) => string | undefined
}

/** The opposite of a condition. */
export const negated = (condition: string): string => /^not \((.*)\)$/.exec(condition)?.[1] ?? `not (${condition})`

/** One template out of the full synthesis and its variations. Throws for a difference that it cannot say. */
export function templateOf(full: unknown, variations: readonly Variation<unknown>[], path = ''): Template {
  const different = variations.filter(({ result }) => !isDeepStrictEqual(result, full))
  const pipeline = different.map(({ at }) => at?.(path, full)).find(found => found !== undefined)
  if (pipeline !== undefined) return new Expression(pipeline)
  if (isFields(full)) return mapOf(full, different, path)
  if (Array.isArray(full)) return listOf(full, different, path)
  if (different.length > 0) throw new Error(`${path}: the chart cannot say why it is ${JSON.stringify(full)}`)
  return full as Template
}

function mapOf(full: Fields, variations: readonly Variation<unknown>[], path: string): TemplateMap {
  const others = variations.map(variation => ({ ...variation, result: fieldsAt(variation.result, path) }))
  const keys = [...new Set([full, ...others.map(({ result }) => result)].flatMap(fields => Object.keys(fields)))].sort()
  return new TemplateMap(
    keys.flatMap(key => {
      const inside = path === '' ? key : `${path}.${key}`
      if (key in full) {
        const [without, within] = parted(others, ({ result }) => !(key in result))
        const deeper = within.map(other => ({ ...other, result: other.result[key] }))
        return [
          {
            key,
            conditions: without.map(one => conditionOf(one, inside)),
            value: templateOf(full[key], deeper, inside),
          },
        ]
      }
      const having = others.filter(({ result }) => key in result)
      return having.map(one => ({
        key,
        conditions: [negated(conditionOf(one, inside))],
        value: templateOf(one.result[key], [], inside),
      }))
    }),
  )
}

function listOf(full: readonly unknown[], variations: readonly Variation<unknown>[], path: string): TemplateList {
  const rows = full.map(item => ({ item, conditions: [] as string[], variations: [] as Variation<unknown>[] }))
  const added: Guarded<Template>[][] = [...full, undefined].map(() => [])
  for (const variation of variations) {
    const items = itemsAt(variation.result, path)
    if (items.length === full.length && (variation.at !== undefined || items.every(isFields))) {
      for (const [index, row] of rows.entries()) row.variations.push({ ...variation, result: items[index] })
      continue
    }
    const condition = conditionOf(variation, path)
    const { kept, before } = alignment(full, items)
    for (const [index, row] of rows.entries()) if (!kept.has(index)) row.conditions.push(condition)
    for (const [index, extra] of before.entries())
      added[index]?.push(
        ...extra.map(item => ({ conditions: [negated(condition)], value: templateOf(item, [], path) })),
      )
  }
  const written = rows.map(({ item, conditions, variations: inner }, index) => ({
    conditions,
    value: templateOf(item, inner, `${path}.${index}`),
  }))
  return new TemplateList([...written.flatMap((row, index) => [...(added[index] ?? []), row]), ...(added.at(-1) ?? [])])
}

/** Which items of `full` stay, and what stands before each of them (and at the end) in `other`: the longest common part. */
export function alignment(full: readonly unknown[], other: readonly unknown[]) {
  const lengths = full.map(() => other.map(() => 0))
  const length = (i: number, j: number): number => lengths[i]?.[j] ?? 0
  for (let i = full.length - 1; i >= 0; i--)
    for (let j = other.length - 1; j >= 0; j--) {
      const same = isDeepStrictEqual(full[i], other[j])
      const longest = same ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1))
      lengths[i]?.splice(j, 1, longest)
    }
  const kept = new Set<number>()
  const before: unknown[][] = [...full, undefined].map(() => [])
  let [i, j] = [0, 0]
  while (j < other.length) {
    if (i < full.length && isDeepStrictEqual(full[i], other[j])) {
      kept.add(i++)
      j++
    } else if (i < full.length && length(i + 1, j) >= length(i, j + 1)) i++
    else before[i]?.push(other[j++])
  }
  return { kept, before }
}

function conditionOf({ when }: Variation<unknown>, path: string): string {
  if (when === undefined) throw new Error(`${path}: comes and goes with a value that is no condition`)
  return when
}

function parted<T>(all: readonly T[], holds: (one: T) => boolean): [T[], T[]] {
  return [all.filter(holds), all.filter(one => !holds(one))]
}

function fieldsAt(value: unknown, path: string): Fields {
  if (!isFields(value)) throw new Error(`${path}: is an object, and with another value it is none`)
  return value
}

function itemsAt(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${path}: is a list, and with another value it is none`)
  return value
}
