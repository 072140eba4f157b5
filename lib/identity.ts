/** Who owns a snapshot: what restic records as host, paths and tags. */
export interface SnapshotIdentity {
  readonly host: string
  readonly path: string
}

/** The fields of a target that decide the host of its snapshots. */
interface Target {
  readonly alias?: string | undefined
  readonly ref: { readonly name: string }
}

/** Host of a target’s snapshots: the alias, else `[<cluster>/]<namespace>/<claim>`. */
export function hostOf(target: Target, namespace: string, clusterName?: string): string {
  if (target.alias !== undefined) return target.alias
  const cluster = clusterName === undefined ? '' : `${clusterName}/`
  return `${cluster}${namespace}/${target.ref.name}`
}

/** The tag that says which session made a snapshot; every look-up of a session filters by it. */
export const sessionTag = (uid: string): string => `session=${uid}`
export const attemptTag = (attempt: number): string => `attempt=${attempt}`

/**
 * All tags of a snapshot. `root` is the mount path, so that a restore into another mount path can re-root; it is
 * percent-encoded because restic splits tags at commas.
 */
export function snapshotTags(of: { uid: string; attempt: number; paths: number; root: string }): string[] {
  return [
    'holdfast',
    sessionTag(of.uid),
    attemptTag(of.attempt),
    `paths=${of.paths}`,
    `root=${encodeURIComponent(of.root)}`,
  ]
}

export interface DecodedTags {
  readonly session?: string
  readonly attempt?: number
  readonly paths?: number
  readonly root?: string
}

/** What Holdfast’s tags say; a snapshot of other tools says nothing. */
export function decodeTags(tags: readonly string[] = []): DecodedTags {
  const value = (key: string) => tags.find(tag => tag.startsWith(`${key}=`))?.slice(key.length + 1)
  const [session, attempt, paths, root] = [value('session'), value('attempt'), value('paths'), value('root')]
  return {
    ...(session === undefined ? {} : { session }),
    ...(attempt !== undefined && /^[0-9]+$/.test(attempt) ? { attempt: Number(attempt) } : {}),
    ...(paths !== undefined && /^[0-9]+$/.test(paths) ? { paths: Number(paths) } : {}),
    ...(root === undefined ? {} : { root: decodeRoot(root) }),
  }
}

// A foreign tag may hold anything; a broken escape is taken literally rather than thrown on.
function decodeRoot(root: string): string {
  try {
    return decodeURIComponent(root)
  } catch {
    return root
  }
}
