import type { KubeObject } from '../../runtime/kube/object.js'
import type { GitRepository } from './git-repository.js'
import type { Layout } from './layouts.js'

/** A tool that keeps a cluster as git says, as its own programs. */
export interface Tool {
  readonly name: string
  /** Installs it and starts its programs. */
  start(): Promise<void>
  /** Applies what `holdfast bootstrap` writes for the repository’s folder `dist`. */
  handOver(repository: GitRepository): Promise<void>
  /** Waits until it says of all its objects that they are as the newest commit has them, and well. */
  settled(repository: GitRepository): Promise<void>
  /** What went wrong on the way to there, as it reports it. */
  complaints(): Promise<string[]>
  /** Makes it look at the newest commit and the cluster once more, and waits until it has. */
  again(repository: GitRepository): Promise<void>
  /** Everything that it calls different from git, or not well. */
  unsettled(): Promise<string[]>
  /** What it says that it keeps, as names of objects. */
  kept(): Promise<string[]>
  /** At which stage of a new cluster it makes an object; undefined where it promises nothing. */
  stageOf(object: KubeObject, layout: Layout): number | undefined
  /** Further proofs of this tool alone. */
  ownProofs(repository: GitRepository, objects: readonly KubeObject[]): AsyncIterable<Proof>
  /** Deletes what `bootstrap` wrote. */
  letGo(): Promise<void>
  /** Ends its programs and removes it. */
  stop(): Promise<void>
}

export interface Proof {
  readonly promise: string
  /** How many objects were looked at. */
  readonly objects: number
  /** What is not as promised; empty when all is well. */
  readonly wrong: readonly string[]
}
