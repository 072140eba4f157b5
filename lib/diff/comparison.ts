import { apiGroup } from '../api/group.js'
import type { ClaimExemption } from '../coverage/exemption.js'
import type { Fleet } from '../fleet/fleet.js'
import type { Snapshot } from '../restic/messages.js'
import { type ManifestPair, type ManifestPairs, manifestPairs } from './manifest-pair.js'
import { type PolicyPairs, policyPairs } from './policy-pair.js'

export interface DiffOptions {
  /** The moment that schedules and retention are looked at from. */
  readonly now: Date
  /** The snapshots of the stores, for exact answers about retention. @default - made up from the old schedules */
  readonly snapshots?: readonly Snapshot[]
  /** Exemptions beside those of annotations, of each side. @default - none */
  readonly exemptions?: { readonly before: readonly ClaimExemption[]; readonly after: readonly ClaimExemption[] }
}

/** Two states of a fleet side by side: what every kind of change is found in. */
export interface Comparison {
  readonly before: Fleet
  readonly after: Fleet
  readonly policies: PolicyPairs
  readonly manifests: ManifestPairs
  readonly options: DiffOptions
}

export function compare(before: Fleet, after: Fleet, options: DiffOptions): Comparison {
  return { before, after, options, policies: policyPairs(before, after), manifests: manifestPairs(before, after) }
}

/** The pairs of one kind; those of Holdfast’s own kinds unless a group is given. */
export function pairsOfKind(
  { manifests }: Comparison,
  kind: string,
  group: string = apiGroup,
): readonly ManifestPair[] {
  return manifests.get(`${group}/${kind}`) ?? []
}
