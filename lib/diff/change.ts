import type { SourcePosition } from '../problem.js'

/**
 * How much a change matters. `danger`: data is no longer backed up, gets lost, or can be read by more than before.
 * `warning`: somebody should look. `notice`: a change that does what it says.
 */
export const severities = ['danger', 'warning', 'notice'] as const
export type Severity = (typeof severities)[number]

/** Every kind of change with its one-line meaning. The names are stable: programs may rely on them. */
export const changeKinds = {
  'protection-lost': 'A volume is no longer backed up.',
  'protection-paused': 'The only policy of a volume is paused.',
  'protection-ended': 'A volume and its policy are both gone from git.',
  'protection-exempt': 'A volume is no longer backed up, and git says why.',
  'protection-gained': 'A volume is backed up that was not.',
  'policy-removed': 'A policy is gone; its volume is as protected as before.',
  'policy-added': 'A policy is new; its volume is as protected as before.',
  'policy-renamed': 'A policy has another name and keeps its snapshots.',
  'claim-unprotected': 'A new volume has no policy.',
  'claim-removed': 'A volume is gone from git while its policy stays.',
  'exemption-added': 'A volume is exempt from backup.',
  'exemption-changed': 'The reason or the end of an exemption is another.',
  'exemption-removed': 'A volume is no longer exempt from backup.',
  'not-comparable': 'An object could not be read before, so nobody can say what changed.',
  'schedule-rarer': 'Backups are further apart.',
  'schedule-changed': 'Backups run at other times, no further apart.',
  'objective-loosened': 'The recovery point objective is longer, or gone.',
  'objective-tightened': 'The recovery point objective is shorter, or new.',
  'deadline-changed': 'A deadline, or the number of attempts, is another.',
  'retention-deletes': 'The next retention run would remove snapshots that were kept.',
  'retention-loosened': 'Snapshots are kept that would have been removed.',
  'retention-changed': 'The keep rules are others, and no snapshot is lost by that.',
  'lineage-broken': 'Snapshots belong to another repository, host or path: history starts anew.',
  'lineage-mixed': 'Snapshots of two volumes would share one host.',
  'lineage-shared': 'The retention of one policy removes snapshots that another keeps.',
  'repository-reference-changed': 'A policy uses another Repository object of the same store.',
  'content-narrowed': 'Data of a volume is no longer backed up.',
  'content-widened': 'More data of a volume is backed up.',
  'content-changed': 'What restic reads or how it reads it is another.',
  'source-policy-loosened': 'A backup that lacks files now counts as good.',
  'source-policy-tightened': 'A backup that lacks files no longer counts as good.',
  'hook-added': 'Something new runs before or after the backup.',
  'hook-changed': 'Something else runs before or after the backup.',
  'hook-removed': 'Something no longer runs before or after the backup.',
  'privileges-raised': 'A pod may do more on its node, or to files, than before.',
  'privileges-lowered': 'A pod may do less than before.',
  'identity-changed': 'A mover runs as another user or group.',
  'kubernetes-access': 'A step gets a token of the Kubernetes API.',
  'access-granted': 'Somebody may do more with the Kubernetes API.',
  'access-withdrawn': 'Somebody may do less with the Kubernetes API.',
  'credentials-spread': 'The keys of a store reach a namespace that had none.',
  'credentials-changed': 'The keys of a store come from another Secret.',
  'transport-weakened': 'Traffic to a store is open to others.',
  'usage-widened': 'More namespaces may use a Repository.',
  'usage-narrowed': 'Fewer namespaces may use a Repository.',
  'image-changed': 'Another version of an image runs.',
  'image-source-changed': 'An image comes from another place, or is no longer pinned by its digest.',
  'image-added': 'An image runs that did not.',
  'images-trusted': 'Committed Job templates may use further images.',
  'folders-allowed': 'Repositories may use further folders of nodes or NFS servers.',
  'step-changed': 'A Function or a Task is another.',
  'step-added': 'A Function or a Task is new.',
  'step-removed': 'A Function or a Task is gone.',
  'step-missing': 'A Function or a Task is gone, and still used.',
  'template-outdated': 'Policies keep running old steps until they are synthesized again.',
  'template-stale': 'A committed Job does not fit its policy any more: its sessions would be refused.',
  'template-changed': 'A committed Job changed by itself: another compiler, or an edit by hand.',
  'repository-removed': 'A Repository is gone.',
  'repository-added': 'A Repository is new.',
  'maintenance-relaxed': 'A repository is checked or cleaned less often.',
  'maintenance-changed': 'How a repository is checked or cleaned is another.',
  'namespace-removed': 'A namespace with policies or repositories is gone.',
  'definition-removed': 'A CustomResourceDefinition is gone, and with it all its objects.',
  'definition-narrowed': 'A kind loses a field or a version: the cluster drops it from every object.',
  'system-reduced': 'A part of Holdfast itself is gone, or switched off.',
  'system-added': 'A part of Holdfast itself is new.',
  'restore-starts': 'Applying this starts a restore.',
  'restore-changed': 'A restore was changed, which the cluster refuses.',
  'restore-removed': 'A restore is gone from git.',
  'backup-starts': 'Applying this starts a backup.',
  'trigger-changed': 'What starts a policy’s sessions is gone, or disagrees with the policy.',
  'settings-changed': 'Further fields are others.',
} as const
export type ChangeKind = keyof typeof changeKinds

/** One field, or one figure, before and after; absent where there was none. */
export interface ChangeDetail {
  /** A path such as `spec.schedule`, or words such as `greatest gap`. */
  readonly field: string
  readonly before?: string
  readonly after?: string
}

/** One thing that differs between two states of a fleet, in the words of backups. */
export interface Change {
  readonly severity: Severity
  readonly kind: ChangeKind
  /** What it is about: `policy shop/orders`, `claim shop/orders-data`, `repository shop/store`. */
  readonly subject: string
  readonly sentence: string
  readonly details: readonly ChangeDetail[]
  /** Where it is written; absent on the side that has no such object. */
  readonly positions: { readonly before?: SourcePosition; readonly after?: SourcePosition }
  /** What to do, where there is something. */
  readonly advice?: string
}

interface Positioned {
  readonly position: SourcePosition
}

/** The positions of an object on both sides. */
export function positionsOf(before: Positioned | undefined, after: Positioned | undefined): Change['positions'] {
  return {
    ...(before === undefined ? {} : { before: before.position }),
    ...(after === undefined ? {} : { after: after.position }),
  }
}

/** How many changes there are of each severity. */
export function countsOf(changes: readonly Change[]): Readonly<Record<Severity, number>> {
  const counts = { danger: 0, warning: 0, notice: 0 }
  for (const { severity } of changes) counts[severity] += 1
  return counts
}
