import { ModelRepository } from '../simulation/restic/model-repository.js'
import { recordedRestic } from '../simulation/restic/recorded-restic.js'
import type { StoredSnapshot } from './oracles/end-state.js'
import type { CourseRepository } from './restic-repository.js'

/** The model of a repository that the recorded restic keeps; `folder` is where, once the claim is there. */
export class ModelCourseRepository implements CourseRepository {
  readonly restic = recordedRestic()
  readonly #folder: () => string

  constructor(folder: () => string) {
    this.#folder = folder
  }

  stored(): ReadonlySet<string> {
    return new Set(this.#open()?.content.snapshots.map(({ id }) => id))
  }

  async snapshots(): Promise<readonly StoredSnapshot[]> {
    const all = this.#open()?.content.snapshots ?? []
    return all.map(({ id, host, path, tags }) => ({ id, hostname: host, paths: [path], tags }))
  }

  async damage(): Promise<string> {
    const repository = this.#open()
    const lost = [...(repository?.needed() ?? [])].filter(hash => repository?.read(hash) === undefined)
    return lost.length === 0 ? '' : `the repository lacks ${lost.join(', ')}`
  }

  #open(): ModelRepository | undefined {
    return ModelRepository.open(this.#folder())
  }
}
