/** More than any controller runs: what asks for more is a mistake, or wants the memory of whoever reads it. */
export const mostReplicas = 10_000

/**
 * A number of replicas as a manifest says it, or its default. Throws RangeError for anything else, since nobody knows then
 * which claims there will be.
 */
export function replicaCount(value: unknown, otherwise: number, path: string): number {
  if (value === undefined || value === null) return otherwise
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostReplicas) return value
  const shown = typeof value === 'object' ? 'not a single value' : JSON.stringify(value)
  throw new RangeError(`${path} is ${shown}; expected a whole number from 0 to ${mostReplicas}`)
}
