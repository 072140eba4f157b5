import type { RepositorySpec } from '../api/repository.js'
import { parseDuration } from '../duration.js'
import { defaultMaintenanceInterval } from '../repository-defaults.js'

/** How often a repository is maintained and how much each time, in milliseconds and bytes. */
export interface Upkeep {
  /** Undefined: forget follows every good backup. */
  readonly forgetInterval: number | undefined
  readonly checkInterval: number
  readonly pruneInterval: number
  /** How much of so many stored bytes one check reads; 0 when it looks at the structure only. */
  readonly readBytes: (stored: number) => number
  /** How many bytes that no snapshot uses one prune may leave beside so many that are used. */
  readonly unusedBytes: (used: number) => number
  readonly maxRepackBytes: number
}

/** What a Repository asks for; the defaults where it asks for nothing, or is not known. */
export function upkeepOf(spec: RepositorySpec | undefined): Upkeep {
  const { forget, check, prune } = spec?.maintenance ?? {}
  return {
    forgetInterval: forget === undefined ? undefined : parseDuration(forget.interval),
    checkInterval: parseDuration(check?.interval ?? defaultMaintenanceInterval),
    pruneInterval: parseDuration(prune?.interval ?? defaultMaintenanceInterval),
    readBytes: partOf(check?.readDataSubset),
    unusedBytes: unusedBy(prune?.maxUnused ?? '5%'),
    maxRepackBytes: prune?.maxRepackSize === undefined ? Number.POSITIVE_INFINITY : sizeOf(prune.maxRepackSize),
  }
}

function partOf(subset: string | undefined): (stored: number) => number {
  if (subset === undefined) return () => 0
  const [part, whole] = subset.split('/').map(Number)
  if (part !== undefined && whole !== undefined) return stored => stored / whole
  if (subset.endsWith('%')) return stored => (stored * Number(subset.slice(0, -1))) / 100
  return stored => Math.min(stored, sizeOf(subset))
}

// A share is one of the whole repository after the prune, as restic counts it.
function unusedBy(limit: string): (used: number) => number {
  if (limit === 'unlimited') return () => Number.POSITIVE_INFINITY
  if (!limit.endsWith('%')) return () => sizeOf(limit)
  const share = Number(limit.slice(0, -1)) / 100
  return used => (share >= 1 ? Number.POSITIVE_INFINITY : (used * share) / (1 - share))
}

/** restic’s sizes: powers of 1024. */
function sizeOf(text: string): number {
  const power = ['K', 'M', 'G', 'T'].indexOf(text.slice(-1)) + 1
  return Number.parseInt(text, 10) * 1024 ** power
}
