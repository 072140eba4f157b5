import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { moverUser } from '../../lib/api/group.js'
import type { ContentModel } from './content-model.js'

/** The API server’s times have no fractions, and a change that is under way may be seen or not. */
const margin = 1_500

interface Change {
  readonly version: number
  readonly from: number
  to: number
}

/** The folder behind a claim, kept as its content model says. Every file changes at once, never by halves. */
export class ModelVolume {
  readonly model: ContentModel
  readonly #root: string
  readonly #changes: Change[] = []

  constructor(root: string, model: ContentModel) {
    this.#root = root
    this.model = model
  }

  get version(): number {
    return this.#changes.length - 1
  }

  /** Brings the folder to its next version; the first call writes the first. */
  async advance(): Promise<void> {
    const version = this.#changes.length
    const change: Change = { version, from: Date.now(), to: Number.POSITIVE_INFINITY }
    this.#changes.push(change)
    const before = version === 0 ? new Map<string, number>() : this.model.state(version - 1)
    const after = this.model.state(version)
    for (const path of before.keys()) if (!after.has(path)) await rm(join(this.#root, path))
    for (const [path, written] of after) {
      if (written === version) await this.#write(path, this.model.content(path, written))
    }
    change.to = Date.now()
  }

  /** First and last version that a session could have seen. */
  versionsBetween(begin: Date, end: Date): { readonly from: number; readonly to: number } {
    const settled = this.#changes.filter(change => change.to <= begin.getTime() - margin)
    const begun = this.#changes.filter(change => change.from <= end.getTime() + margin)
    return { from: settled.at(-1)?.version ?? 0, to: begun.at(-1)?.version ?? 0 }
  }

  async #write(path: string, content: string): Promise<void> {
    const target = join(this.#root, path)
    await mkdir(dirname(target), { recursive: true, mode: 0o755 })
    await chown(dirname(target), moverUser, moverUser)
    // Beside the volume, on the same disk: no backup may see a file that is half written.
    const draft = join(dirname(this.#root), 'draft')
    await writeFile(draft, content, { mode: 0o644 })
    await chown(draft, moverUser, moverUser)
    await rename(draft, target)
  }
}

/** The texts of a folder’s files by path. */
export async function filesUnder(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    await Promise.all(paths.map(async path => [relative(root, path), await readFile(path, 'utf8')] as const)),
  )
}
