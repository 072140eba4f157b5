/** Levels that no object which people write has: a Job template has about fifteen. */
const deepest = 64

/**
 * The same value, or a copy in which everything below the deepest level is null. The API server takes ten thousand
 * levels where a schema leaves a field open, and JSON.stringify and every recursive reader end on half of them.
 */
export function boundedDepth<T>(value: T): T {
  return isWithin(value, deepest) ? value : (cut(value, deepest) as T)
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every(inner => isWithin(inner, levels - 1))
}

function cut(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (levels === 0) return null
  if (Array.isArray(value)) return value.map(inner => cut(inner, levels - 1))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cut(inner, levels - 1)]))
}
