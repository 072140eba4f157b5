import { type Change, countsOf } from '../../lib/diff/change.js'
import type { FleetDifference } from '../../lib/diff/changes.js'
import type { Problem } from '../../lib/problem.js'
import type { Comparison } from './comparison.js'

/** What `-o json` prints. Fields are only ever added while `version` is the same. */
export interface DiffDocument {
  readonly version: 1
  readonly before: { readonly name: string; readonly objects: number; readonly problems: readonly Problem[] }
  readonly after: { readonly name: string; readonly objects: number }
  readonly counts: { readonly danger: number; readonly warning: number; readonly notice: number }
  readonly changes: readonly Change[]
  /** Objects of kinds that backups do not speak of. */
  readonly others: { readonly added: number; readonly removed: number; readonly changed: number }
}

export function documentOf({ before, after }: Comparison, { changes, others }: FleetDifference): DiffDocument {
  return {
    version: 1,
    before: { name: before.name, objects: before.fleet.manifests.length, problems: before.fleet.problems },
    after: { name: after.name, objects: after.fleet.manifests.length },
    counts: { ...countsOf(changes) },
    changes,
    others,
  }
}
