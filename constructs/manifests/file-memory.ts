import { digest } from '../../lib/digest.js'
import type { Manifest } from '../../lib/fleet/manifest.js'
import type { Problem } from '../../lib/problem.js'

/** What one file holds, and what could not be read of it. */
export interface FileContent {
  readonly manifests: readonly Manifest[]
  readonly problems: readonly Problem[]
}

/**
 * What files were found to hold, by their text. Two states of a repository share nearly every file, and parsing is
 * nearly all of the work: a text that is known under another name is not parsed again, and its objects are the same.
 */
export class FileMemory {
  readonly #known = new Map<string, { readonly name: string; readonly content: FileContent }>()

  /** What a file holds: as remembered, under its present name, or as `read` says. */
  contentOf(name: string, text: string, read: () => FileContent): FileContent {
    const key = digest(text)
    const known = this.#known.get(key)
    if (known !== undefined) return renamed(known.content, known.name, name)
    const content = read()
    this.#known.set(key, { name, content })
    return content
  }
}

function renamed({ manifests, problems }: FileContent, from: string, to: string): FileContent {
  const moved = (position: string) =>
    position.startsWith(`${from}:`) ? `${to}${position.slice(from.length)}` : position
  return {
    manifests: manifests.map(({ object, position }) => ({ object, position: moved(position) })),
    problems: problems.map(problem => ({
      ...problem,
      object: problem.object === from ? to : problem.object,
      ...(problem.source === undefined ? {} : { source: moved(problem.source) }),
    })),
  }
}
