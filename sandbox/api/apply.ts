import { type ListKeys, sameItem, strategicMerge } from './merge.js'
import { copy, type Fields, isFields } from './object.js'

/**
 * Server-side apply without the ledger: what `next` says is merged in (keyed lists item by item), and what the same
 * field manager said last time and no longer says is removed. Two managers of one field never conflict here, and a
 * field that another manager applied too is removed all the same: the documented limits.
 */
export function applyConfiguration(live: unknown, last: unknown, next: Fields, keys: ListKeys): Fields {
  const kept = last === undefined ? copy(live) : without(live, last, next, keys, [])
  return strategicMerge(kept, next, keys) as Fields
}

function without(live: unknown, last: unknown, next: unknown, keys: ListKeys, path: readonly string[]): unknown {
  if (isFields(live) && isFields(last)) return withoutFields(live, last, isFields(next) ? next : {}, keys, path)
  if (Array.isArray(live) && Array.isArray(last)) {
    return withoutItems(live, last, Array.isArray(next) ? next : [], keys, path)
  }
  return live
}

function withoutFields(live: Fields, last: Fields, next: Fields, keys: ListKeys, path: readonly string[]): Fields {
  const kept: Fields = {}
  for (const [key, value] of Object.entries(live)) {
    const rest = key in last ? without(value, last[key], next[key], keys, [...path, key]) : value
    if (!(key in last) || key in next || hasMore(rest, value)) kept[key] = rest
  }
  return kept
}

/** Something of others is left in a container of which our own part is gone. */
function hasMore(rest: unknown, before: unknown): boolean {
  if (Array.isArray(rest)) return rest !== before && rest.length > 0
  return isFields(rest) && Object.keys(rest).length > 0
}

function withoutItems(
  live: readonly unknown[],
  last: readonly unknown[],
  next: readonly unknown[],
  keys: ListKeys,
  path: readonly string[],
): unknown[] {
  const identity = keys(path, [...live, ...last, ...next])
  if (identity === undefined) return next.length === 0 ? [] : [...live]
  const among = (list: readonly unknown[], item: unknown): unknown =>
    list.find(other => sameItem(other, item, identity))
  return live
    .filter(item => among(last, item) === undefined || among(next, item) !== undefined)
    .map(item => without(item, among(last, item), among(next, item), keys, [...path, '[]']))
}
