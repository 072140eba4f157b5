import { apiGroup, labels, managedBy } from '../api/group.js'
import { namespaceOf } from '../fleet/claim.js'
import type { Fleet } from '../fleet/fleet.js'
import { groupOf, type Manifest, type ManifestObject } from '../fleet/manifest.js'
import { differencesOf } from './difference.js'

/** One object before and after; absent on the side that has none. */
export interface ManifestPair {
  readonly group: string
  readonly kind: string
  readonly before: Manifest | undefined
  readonly after: Manifest | undefined
}

/** The objects of two fleets by `group/kind`, each in the order of its first appearance. */
export type ManifestPairs = ReadonlyMap<string, readonly ManifestPair[]>

/** Pairs all objects by kind, namespace and name. */
export function manifestPairs(before: Fleet, after: Fleet): ManifestPairs {
  const old = new Map(before.manifests.map(manifest => [keyOf(manifest), manifest]))
  const fresh = new Map(after.manifests.map(manifest => [keyOf(manifest), manifest]))
  const pairs = new Map<string, ManifestPair[]>()
  for (const key of new Set([...old.keys(), ...fresh.keys()])) {
    const pair = { before: old.get(key), after: fresh.get(key) }
    const object = pair.after?.object ?? pair.before?.object
    if (object === undefined) continue
    const kind = `${groupOf(object)}/${object.kind}`
    const like = pairs.get(kind)
    const whole = { group: groupOf(object), kind: object.kind, ...pair }
    if (like === undefined) pairs.set(kind, [whole])
    else like.push(whole)
  }
  return pairs
}

/** Whether an object is Holdfast’s: of its API group, or labelled as made by it. */
export function isOurs(object: ManifestObject): boolean {
  return groupOf(object) === apiGroup || object.metadata.labels?.[labels.managedBy] === managedBy
}

/** Whether Holdfast’s own objects of this pair are on either side. */
export const isOurPair = ({ before, after }: ManifestPair): boolean =>
  (before !== undefined && isOurs(before.object)) || (after !== undefined && isOurs(after.object))

/** Objects that differ and are of no kind that backups speak of. */
export interface OtherChanges {
  readonly added: number
  readonly removed: number
  readonly changed: number
}

/** Counts what is not told in words: objects of other kinds. */
export function otherChanges(pairs: ManifestPairs): OtherChanges {
  const counts = { added: 0, removed: 0, changed: 0 }
  for (const pair of [...pairs.values()].flat()) {
    if (isOurPair(pair)) continue
    if (pair.before === undefined) counts.added += 1
    else if (pair.after === undefined) counts.removed += 1
    else if (differencesOf(pair.before.object, pair.after.object).length > 0) counts.changed += 1
  }
  return counts
}

const keyOf = ({ object }: Manifest): string =>
  JSON.stringify([groupOf(object), object.kind, namespaceOf(object), object.metadata.name])
