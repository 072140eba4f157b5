import type { WrittenSchedule } from '../calendar/slots.js'
import type { RunPattern } from '../objective/run-pattern.js'

/** What a run burdens, and for how long. */
export interface Burden {
  /** The store, as `storeKey` names it. */
  readonly store: string
  /** Runs that its Repository allows at once. */
  readonly storeLimit?: number
  readonly nodePool?: string
  readonly storageClass?: string
  /** Minutes that a run is expected to take. */
  readonly duration: number
}

/** A policy whose time is to be found. */
export interface StaggerJob extends Burden {
  /** `namespace/name` of the policy. */
  readonly key: string
  readonly pattern: RunPattern
}

/** A policy with a schedule of its own: it stays where it is, and burdens as well. */
export interface FixedRun extends Burden {
  readonly key: string
  readonly schedule: WrittenSchedule
}

/** Runs at once: one number for all, or a number by name. */
export type Limit = number | Readonly<Record<string, number>>

/** Most runs at once; what is not named has no limit. */
export interface StaggerLimits {
  /** By `storeKey`. The Repository’s `maxConcurrentSessions` holds as well. */
  readonly perStore?: Limit
  /** By the policy’s label `holdfast.dev/node-pool`, else its node selector (`key=value`, joined by commas). */
  readonly perNodePool?: Limit
  /** By name of the StorageClass, where the claim is known. */
  readonly perStorageClass?: Limit
}

export const resourceKinds = { store: 'store', nodePool: 'node pool', storageClass: 'storage class' } as const
export type ResourceKind = keyof typeof resourceKinds

/** The limit for one name; infinite when there is none. */
export function limitOf(limits: StaggerLimits, kind: ResourceKind, name: string, own = Infinity): number {
  const limit = { store: limits.perStore, nodePool: limits.perNodePool, storageClass: limits.perStorageClass }[kind]
  const stated = typeof limit === 'object' ? limit[name] : limit
  return Math.min(stated ?? Infinity, own)
}
