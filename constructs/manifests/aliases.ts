/** How a value that aliases share looks when it is written out. */
export type Expansion = { readonly values: number } | 'endless'

/**
 * How many values a document stands for once every alias is written out, as the API server would store it; `endless`
 * when a value contains itself. Walks each shared value once, so a bomb of aliases costs no more than its text.
 */
export function expansionOf(root: unknown): Expansion {
  const sizes = new Map<object, number>()
  const open = new Set<object>()
  const size = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 1
    const known = sizes.get(value)
    if (known !== undefined) return known
    if (open.has(value)) return Number.NaN
    open.add(value)
    const total = Object.values(value).reduce((sum: number, inner) => sum + size(inner), 1)
    open.delete(value)
    sizes.set(value, total)
    return total
  }
  const values = size(root)
  return Number.isNaN(values) ? 'endless' : { values }
}
