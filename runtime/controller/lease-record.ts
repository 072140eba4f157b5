import type { KubeObject } from '../kube/object.js'

/** The Lease that the leading controller holds, in its namespace; its version label is the leader’s release. */
export const leaderLease = 'holdfast-controller'

/** `spec` of a `coordination.k8s.io/v1` Lease. */
export interface LeaseSpec {
  readonly holderIdentity?: string | null
  readonly leaseDurationSeconds?: number
  readonly acquireTime?: string
  readonly renewTime?: string
  readonly leaseTransitions?: number
}

/** A Lease as last seen, and since when it has not changed on our own clock. */
export class LeaseRecord {
  readonly spec: LeaseSpec
  readonly #version: string | undefined
  /** Monotonic milliseconds. */
  readonly #unchangedSince: number

  private constructor(spec: LeaseSpec, version: string | undefined, unchangedSince: number) {
    this.spec = spec
    this.#version = version
    this.#unchangedSince = unchangedSince
  }

  /** Takes in what was read at `now`; an unchanged Lease keeps the time at which it was first seen so. */
  static observe(lease: KubeObject | undefined, before: LeaseRecord | undefined, now: number): LeaseRecord | undefined {
    if (!lease) return undefined
    const version = lease.metadata.resourceVersion
    if (before && version !== undefined && before.#version === version) return before
    return new LeaseRecord((lease['spec'] ?? {}) as LeaseSpec, version, now)
  }

  /** Whether a candidate may take the Lease: it is its own, given back, or unchanged for the whole duration. */
  isFreeFor(identity: string, leaseDurationMs: number, now: number): boolean {
    const holder = this.spec.holderIdentity
    if (!holder || holder === identity) return true
    const declared = (this.spec.leaseDurationSeconds ?? 0) * 1000
    return now >= this.#unchangedSince + Math.max(declared, leaseDurationMs)
  }
}

/** The API's MicroTime: RFC 3339 with six decimals. */
export function microTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z')
}
