import type { Schema } from './schema.js'

/** A served resource: what a path such as `/apis/batch/v1/jobs` stands for. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly namespaced: boolean
  /** Has a `/status` subresource, so that writes to the object leave `status` alone. */
  readonly status: boolean
  /** Counts changes of everything but metadata and status in `metadata.generation`. */
  readonly generation: boolean
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  /** Present for custom resources: the structural schema of this version. */
  readonly schema?: Schema
  readonly custom: boolean
}

/** The store's name of a resource, independent of its version: `pods`, `jobs.batch`. */
export function storageKey(group: string, plural: string): string {
  return group === '' ? plural : `${plural}.${group}`
}

export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
}

/** The resources served at the moment; definitions of custom resources come and go. */
export class ResourceCatalogue {
  private readonly resources: Resource[]

  constructor(resources: readonly Resource[]) {
    this.resources = [...resources]
  }

  all(): readonly Resource[] {
    return this.resources
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.resources.find(
      resource => resource.group === group && resource.version === version && resource.plural === plural,
    )
  }

  byKey(key: string): Resource | undefined {
    return this.resources.find(resource => storageKey(resource.group, resource.plural) === key)
  }

  /** Throws when nothing serves `key`: a mistake of the sandbox itself, not of its user. */
  require(key: string): Resource {
    const resource = this.byKey(key)
    if (resource === undefined) throw new Error(`The sandbox serves no resource ${key}.`)
    return resource
  }

  /** Replaces every version of one custom resource. */
  register(versions: readonly Resource[]): void {
    for (const version of versions) this.unregister(version.group, version.plural)
    this.resources.push(...versions)
  }

  unregister(group: string, plural: string): void {
    for (let index = this.resources.length - 1; index >= 0; index--) {
      const resource = this.resources[index]
      if (resource?.group === group && resource.plural === plural && resource.custom) this.resources.splice(index, 1)
    }
  }
}
