import { copy, type Fields, isFields, same } from './object.js'

/** RFC 7386: objects merge, null removes, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return copy(patch)
  const merged: Fields = isFields(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = mergePatch(merged[key], value)
  }
  return merged
}

/** The keys by which the items of a list at `path` are told apart; undefined for a list that is one value. */
export type ListKeys = (path: readonly string[], items: readonly unknown[]) => readonly string[] | undefined

const wellKnown: Record<string, readonly (readonly string[])[]> = {
  containers: [['name']],
  initContainers: [['name']],
  ephemeralContainers: [['name']],
  volumes: [['name']],
  env: [['name']],
  volumeMounts: [['mountPath']],
  volumeDevices: [['devicePath']],
  ports: [['containerPort', 'protocol'], ['containerPort'], ['port', 'protocol'], ['port']],
  conditions: [['type']],
  ownerReferences: [['uid']],
  imagePullSecrets: [['name']],
  hostAliases: [['ip']],
  secrets: [['name']],
  taints: [['key', 'effect']],
  topologySpreadConstraints: [['topologyKey', 'whenUnsatisfiable']],
}

/** The merge keys of the built-in kinds, by the name of the field; a list none of them fits is one value. */
export const builtInListKeys: ListKeys = (path, items) =>
  wellKnown[path.at(-1) ?? '']?.find(keys => items.every(item => isFields(item) && keys.every(key => key in item)))

/** Lists of plain values in which each value counts by itself. */
const sets = new Set(['finalizers'])

/** Kubernetes' strategic merge patch: merge-patch whose keyed lists merge item by item, with `$patch` directives. */
export function strategicMerge(target: unknown, patch: unknown, keys: ListKeys, path: readonly string[] = []): unknown {
  if (Array.isArray(patch)) return mergeList(target, patch, keys, path)
  if (!isFields(patch)) return copy(patch)
  if (patch['$patch'] === 'replace') return withoutDirectives(patch)
  const merged: Fields = isFields(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    const removal = /^\$deleteFromPrimitiveList\/(.*)$/.exec(key)
    if (removal !== null) merged[removal[1] ?? ''] = withoutItems(merged[removal[1] ?? ''], value)
    else if (key.startsWith('$')) continue
    else if (value === null || (isFields(value) && value['$patch'] === 'delete')) delete merged[key]
    else merged[key] = strategicMerge(merged[key], value, keys, [...path, key])
  }
  return merged
}

function mergeList(target: unknown, patch: readonly unknown[], keys: ListKeys, path: readonly string[]): unknown {
  const live = Array.isArray(target) ? target : []
  if (sets.has(path.at(-1) ?? '')) return [...live, ...patch.filter(item => !live.includes(item))]
  if (patch.some(item => isFields(item) && item['$patch'] === 'replace')) {
    return patch.filter(item => !isFields(item) || item['$patch'] !== 'replace')
  }
  const identity = keys(path, [...live, ...patch])
  if (identity === undefined) return copy(patch)
  const merged = [...live]
  for (const item of patch) {
    const index = merged.findIndex(other => sameItem(other, item, identity))
    if (isFields(item) && item['$patch'] === 'delete') {
      if (index >= 0) merged.splice(index, 1)
    } else if (index < 0) merged.push(strategicMerge({}, item, keys, [...path, '[]']))
    else merged[index] = strategicMerge(merged[index], item, keys, [...path, '[]'])
  }
  return merged
}

export function sameItem(a: unknown, b: unknown, keys: readonly string[]): boolean {
  return isFields(a) && isFields(b) && keys.every(key => same(a[key], b[key]))
}

function withoutItems(list: unknown, removed: unknown): unknown {
  const gone = Array.isArray(removed) ? removed : []
  return Array.isArray(list) ? list.filter(item => !gone.includes(item)) : list
}

function withoutDirectives(value: Fields): Fields {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('$')))
}
