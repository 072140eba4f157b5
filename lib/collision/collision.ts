import type { SourcePosition } from '../problem.js'

/** Why runs collide. */
export const collisionRules = {
  claim: 'two policies back up one claim at the same time',
  self: 'a policy is due again while its last session is expected to be at work',
  cronJob: 'another CronJob works on the claim while it is backed up',
  store: 'more sessions are due than the repository allows at once, and some wait beyond their startDeadline',
  maintenance: 'sessions leave a store no pause for a day, so forget, check and prune have to stop them',
  nodePool: 'more runs than a node pool bears',
  storageClass: 'more runs than a storage class bears',
} as const
export type CollisionRule = keyof typeof collisionRules

/** Who takes part, and its run at the first collision. */
export interface CollisionParty {
  readonly kind: 'BackupConfiguration' | 'CronJob'
  readonly namespace: string
  readonly name: string
  readonly position: SourcePosition
  readonly expression: string
  readonly timeZone: string
  /** When its run began, or was due. */
  readonly run: Date
  /** The same by its own clock: `2026-03-29 03:00`. */
  readonly localRun: string
}

/** Runs that get in each other’s way, all times of a year together. */
export interface Collision {
  readonly rule: CollisionRule
  /** What they share: `claim shop/orders`, `store s3:…`. */
  readonly subject: string
  /** The first minute. */
  readonly first: Date
  /** Runs that collide in the whole time. */
  readonly times: number
  /** The two, or all of the first minute; the run that comes too much is the last. */
  readonly parties: readonly CollisionParty[]
  /** What to know beyond it: limits and waits, in words. */
  readonly detail: string
}
