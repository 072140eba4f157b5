import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeObject } from '../../runtime/kube/object.js'
import { type Cluster, nameOf, type Version } from './cluster.js'

export const isDefinition = ({ kind }: KubeObject) => kind === 'CustomResourceDefinition'

/** Definitions are 0, the control plane 1, policies 2. */
export function stageOf(object: KubeObject): number {
  const { namespace } = object.metadata
  if (isDefinition(object)) return 0
  return namespace === undefined || namespace === 'holdfast-system' ? 1 : 2
}

/** Objects that were made before one of an earlier stage; to the second, as the API server notes it. */
export function outOfOrder(
  objects: readonly KubeObject[],
  versions: ReadonlyMap<string, Version>,
  stage: (object: KubeObject) => number | undefined,
): string[] {
  const made = objects.flatMap(object => {
    const own = stage(object)
    return own === undefined
      ? []
      : [{ name: nameOf(object), stage: own, at: versions.get(nameOf(object))?.created ?? '' }]
  })
  return made
    .filter(one => made.some(other => other.stage < one.stage && other.at > one.at))
    .map(({ name, at }) => `${name}: made at ${at}, before an earlier stage was`)
}

/** Names of what is in one of the lists alone. */
export function unequal(wanted: readonly string[], found: readonly string[]): string[] {
  return [
    ...wanted.filter(name => !found.includes(name)).map(name => `${name}: is missing`),
    ...found.filter(name => !wanted.includes(name)).map(name => `${name}: should not be there`),
  ]
}

/** Names of the objects that are not as they were. */
export function changed(before: ReadonlyMap<string, Version>, after: ReadonlyMap<string, Version>): string[] {
  return [...before].flatMap(([name, { uid, content }]) => {
    const now = after.get(name)
    if (now === undefined) return [`${name}: is gone`]
    if (now.uid !== uid) return [`${name}: was made anew`]
    return now.content === content ? [] : [`${name}: was written to`]
  })
}

/** The versions once nobody writes to them any more. */
export async function quiet(cluster: Cluster, objects: readonly KubeObject[]): Promise<Map<string, Version>> {
  let before = await cluster.versions(objects)
  for (let attempt = 0; attempt < 20; attempt++) {
    await sleep(2_000)
    const after = await cluster.versions(objects)
    if (changed(before, after).length === 0) return after
    before = after
  }
  throw new Error('the objects are written to all the time')
}
