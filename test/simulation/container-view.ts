import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { ProcessSpec } from '../../sandbox/index.js'
import { type PathPair, rewritePaths } from '../../sandbox/node/path-rewriting.js'

/** One container as a person names it, and its paths: as it sees them, and as they lie on this machine. */
export interface ContainerView {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** Number of restarts of the container. */
  readonly attempt: number
  /** Texts of this machine as the container would have written them. */
  readonly inside: (text: string) => string
  /** Texts of the container with paths of this machine. */
  readonly outside: (text: string) => string
}

/**
 * Views of all containers of a node. Containers of one pod hand each other texts with paths of mounts that not each of
 * them has, so what one container mounts is known to all later ones of its pod; a container’s own mounts come first.
 */
export class ContainerViews {
  readonly #mounts = new Map<string, readonly PathPair[]>()
  #limit = 64

  of(spec: ProcessSpec): ContainerView {
    const podFolder = dirname(dirname(spec.folder))
    const own = [...spec.mounts, { path: spec.messagePath, source: spec.messageFile }].flatMap(({ path, source }) => [
      { from: path, to: source },
      // As tags of snapshots have them.
      { from: encodeURIComponent(path), to: encodeURIComponent(source) },
    ])
    const ofOthers = (this.#mounts.get(podFolder) ?? []).filter(({ from }) => own.every(each => each.from !== from))
    const forward = [...own, ...ofOthers]
    this.#keep(podFolder, forward)
    const back = forward.map(({ from, to }) => ({ from: to, to: from }))
    const [attempt = '0', container = '', pod = ''] = [
      basename(spec.logFile, '.log'),
      basename(dirname(spec.logFile)),
      basename(dirname(dirname(spec.logFile))),
    ]
    const [namespace = '', name = ''] = pod.split('_')
    return {
      namespace,
      pod: name,
      container,
      attempt: Number(attempt),
      inside: text => rewritePaths(text, back),
      outside: text => rewritePaths(text, forward),
    }
  }

  #keep(podFolder: string, pairs: readonly PathPair[]): void {
    this.#mounts.set(podFolder, pairs)
    if (this.#mounts.size <= this.#limit) return
    for (const folder of this.#mounts.keys()) if (!existsSync(folder)) this.#mounts.delete(folder)
    this.#limit = Math.max(64, this.#mounts.size * 2)
  }
}
