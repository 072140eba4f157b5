import { repositoryKind } from '../api/kinds.js'
import type { RepositorySpec } from '../api/repository.js'
import type { Problem, SourcePosition } from '../problem.js'
import { storeKey } from '../repository-url.js'
import { validateObject } from '../schema/validate.js'
import { namespaceOf } from './claim.js'
import { describeManifest, type Manifest } from './manifest.js'

/** A Repository of a fleet. */
export interface FleetRepository {
  readonly namespace: string
  readonly name: string
  readonly position: SourcePosition
  readonly spec: RepositorySpec
  /** The store, the same for every Repository object that names it. */
  readonly store: string
}

export type ReadRepository =
  | { readonly ok: true; readonly repository: FleetRepository }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Reads a Repository; a spec that the API server would refuse is a list of problems instead. */
export function repositoryFrom({ object, position }: Manifest): ReadRepository {
  const problems = validateObject(repositoryKind, object, describeManifest(object))
  if (problems.length > 0) return { ok: false, problems: problems.map(each => ({ ...each, source: position })) }
  const spec = object['spec'] as RepositorySpec
  const namespace = namespaceOf(object)
  const store = storeKey(spec.backend, namespace)
  return { ok: true, repository: { namespace, name: object.metadata.name, position, spec, store } }
}
