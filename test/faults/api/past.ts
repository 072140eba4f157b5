import type { KubeObject } from '../../../sandbox/index.js'
import type { SceneChange } from '../oracles/scene.js'

interface Entry extends SceneChange {
  readonly revision: number
}

/** What was stored at earlier revisions, for API servers that are behind. */
export class Past {
  readonly #log: Entry[] = []
  #revision = 0

  /** Takes note of what was stored before the first change is heard of. */
  found(resource: string, objects: readonly KubeObject[]): void {
    for (const object of objects) this.see({ type: 'ADDED', resource, object })
  }

  /** Hears of every change, from the first one on. */
  readonly see = (change: SceneChange): void => {
    this.#revision = Math.max(this.#revision, Number(change.object.metadata.resourceVersion ?? 0))
    this.#log.push({ ...change, revision: this.#revision })
  }

  /** The revision that was current that many changes ago. */
  revisionBefore(changes: number): number {
    return this.#log.at(-1 - changes)?.revision ?? 0
  }

  /** The objects of a resource as they were at a revision. */
  list(resource: string, revision: number): KubeObject[] {
    const objects = new Map<string, KubeObject>()
    for (const change of this.#log) {
      if (change.revision > revision) break
      if (change.resource !== resource) continue
      const { namespace = '', name } = change.object.metadata
      if (change.type === 'DELETED') objects.delete(`${namespace}/${name}`)
      else objects.set(`${namespace}/${name}`, change.object)
    }
    return [...objects.values()]
  }
}
