import type { BackupConfigurationSpec } from '../api/backup-configuration.js'
import { moverUser } from '../api/group.js'
import type { ManifestObject } from '../fleet/manifest.js'
import { describeManifest } from '../fleet/manifest.js'
import { describeWriter, type Writer, writersOf } from './writer.js'

/** The parts of a policy that decide who its mover is. */
export type MoverSpec = Pick<BackupConfigurationSpec, 'readAs' | 'privileges' | 'runtimeSettings' | 'task'>

/** The user and all groups of a mover’s process. */
export interface MoverIdentity {
  readonly user: number
  readonly groups: readonly number[]
}

/** Who the mover of a policy is; undefined when it may read any file, or runs a Task of somebody’s own. */
export function moverOf({ readAs, privileges, runtimeSettings, task }: MoverSpec): MoverIdentity | undefined {
  if (privileges === 'read-any-file' || (task !== undefined && task.name !== 'pvc-backup')) return undefined
  const own = runtimeSettings?.container?.securityContext
  const group = own?.runAsGroup ?? readAs?.group ?? moverUser
  const further = [...(readAs?.supplementalGroups ?? []), ...(readAs?.fsGroup === undefined ? [] : [readAs.fsGroup])]
  return { user: own?.runAsUser ?? readAs?.user ?? moverUser, groups: [group, ...further] }
}

/**
 * Why a mover cannot read what a workload writes into a claim; undefined when it can, or nobody can tell. It can as the
 * user of the files, or through a group of theirs. Files that the world may read are luck, not a backup: databases
 * write with mode 0600, and an umask is in no manifest.
 */
export function whyUnreadable(mover: MoverIdentity, workload: ManifestObject, claim: string): string | undefined {
  const writer = writersOf(workload, claim).find(each => cannotRead(mover, each))
  if (writer === undefined) return undefined
  const self = `user ${mover.user}, ${mover.groups.length === 1 ? 'group' : 'groups'} ${mover.groups.join(', ')}`
  const found = `container ${writer.container} of ${describeManifest(workload)} writes as ${describeWriter(writer)}, and the mover reads as ${self}`
  return `${found}: it shares neither user nor group, so a file that only its owner may read fails the backup`
}

function cannotRead({ user, groups }: MoverIdentity, writer: Writer): boolean {
  if (writer.user === undefined || writer.user === user) return false
  const shared = [writer.group, writer.fsGroup].some(group => group !== undefined && groups.includes(group))
  return !shared
}

/** What would let a mover read the files of a workload. */
export function remedyFor(workload: ManifestObject, claim: string): string {
  const writers = writersOf(workload, claim)
  const users = new Set(writers.map(({ user }) => user))
  const [user] = users
  const [group] = writers.map(({ fsGroup, group: own }) => fsGroup ?? own)
  if (users.size === 1 && user !== undefined && user > 0)
    return `Set readAs: { user: ${user} }, or workload to that manifest`
  const byGroup = group === undefined || group === 0 ? '' : `readAs: { supplementalGroups: [${group}] }, or `
  return `Set ${byGroup}privileges: 'read-any-file' (in a namespace that allows Pod Security baseline)`
}
