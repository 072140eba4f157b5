import type { ReadAs } from '../api/mover.js'
import type { ManifestObject } from '../fleet/manifest.js'
import { describeManifest } from '../fleet/manifest.js'
import { describeWriter, type Writer, writersOf } from './writer.js'

/** What the mover does with the volume: a backup reads it, a restore writes what the workload has to read. */
export type MoverTask = 'backup' | 'restore'

export type DerivedReadAs =
  | { readonly ok: true; readonly readAs: ReadAs }
  | { readonly ok: false; readonly message: string }

/**
 * Who a mover must be for a claim, by the workload that writes it. The mover is the same user, so it reads files of any
 * mode. The workload’s fsGroup becomes a further group of a backup, which must not change the volume, and the fsGroup of
 * a restore, whose volume may still belong to root.
 */
export function deriveReadAs(workload: ManifestObject, claim: string, task: MoverTask): DerivedReadAs {
  const name = describeManifest(workload)
  const writers = writersOf(workload, claim)
  const refuse = (message: string): DerivedReadAs => ({ ok: false, message })
  const [first] = writers
  if (first === undefined) {
    return refuse(
      `${name} does not mount claim '${claim}' for writing, so readAs cannot be derived from it; name the workload that does`,
    )
  }
  const unknown = writers.find(({ user }) => user === undefined)
  if (unknown !== undefined) {
    return refuse(
      `container ${unknown.container} of ${name} runs as the user of its image, which no manifest tells; set runAsUser there, or readAs here`,
    )
  }
  const root = writers.find(({ user }) => user === 0)
  if (root !== undefined) {
    return refuse(
      `container ${root.container} of ${name} writes as user 0, and a restricted mover cannot be user 0; let it run as another user, or set privileges: 'read-any-file'`,
    )
  }
  const other = writers.find(({ user }) => user !== first.user)
  if (other !== undefined) {
    return refuse(
      `${name} writes as different users (${first.container}: ${describeWriter(first)}; ${other.container}: ${describeWriter(other)}); set readAs with a group that all files share, or privileges: 'read-any-file'`,
    )
  }
  return { ok: true, readAs: readAsOf(first, task) }
}

// A group of 0 is everybody’s default and cannot be asked for.
function readAsOf({ user, group = 0, fsGroup = 0 }: Writer, task: MoverTask): ReadAs {
  return {
    ...(user === undefined ? {} : { user }),
    ...(group === 0 ? {} : { group }),
    ...(fsGroup === 0 ? {} : task === 'restore' ? { fsGroup } : { supplementalGroups: [fsGroup] }),
  }
}
