import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative, resolve } from 'node:path'
import type { Problem } from '../../lib/problem.js'
import { builtFolder, type Listing } from './built-folder.js'
import { reasonOf } from './file-text.js'

/** A file to read: where it really lies, and the name that people know it by. */
export interface FoundFile {
  readonly path: string
  readonly name: string
  /** The kustomization beside it that does not apply it. */
  readonly unlistedBy?: string
}

export interface FoundFiles {
  readonly files: readonly FoundFile[]
  readonly problems: readonly Problem[]
}

const manifestName = /\.(ya?ml|json)$/i
/** Never anybody’s manifests, and large. */
const neverRead = ['.git', 'node_modules']

/**
 * The YAML and JSON files below folders, and single files whatever they are called; each once, in the order of names.
 * Links are not followed: what they lead to is read where it lies, and is a problem when that is in none of the places.
 */
export function filesAt(places: readonly string[], exclude: readonly string[]): FoundFiles {
  const walk = new Walk(exclude)
  const roots = places.flatMap(place => walk.root(place))
  for (const root of roots) walk.enter(root)
  walk.judgeLinks()
  walk.judgeListings()
  return walk
}

class Walk implements FoundFiles {
  readonly files: FoundFile[] = []
  readonly problems: Problem[] = []
  readonly #links: FoundFile[] = []
  readonly #listings: { readonly folder: FoundFile; readonly listing: Listing }[] = []
  readonly #seen = new Set<string>()
  readonly #excluded: ReadonlySet<string>

  constructor(exclude: readonly string[]) {
    this.#excluded = new Set(exclude.map(each => real(resolve(each))))
  }

  root(place: string): FoundFile[] {
    try {
      return [{ path: realpathSync(place), name: place }]
    } catch (error) {
      this.#refuse(place, `cannot be opened: ${reasonOf(error)}`)
      return []
    }
  }

  enter(root: FoundFile): void {
    try {
      if (statSync(root.path).isDirectory()) this.#folder(root)
      else this.#file(root)
    } catch (error) {
      this.#refuse(root.name, `cannot be opened: ${reasonOf(error)}`)
    }
  }

  judgeLinks(): void {
    for (const { path, name } of this.#links) {
      const isManifest = manifestName.test(name)
      try {
        const target = realpathSync(path)
        if (this.#isDealtWith(target) || (!isManifest && !statSync(target).isDirectory())) continue
        const message = `leads to ${relative(process.cwd(), target)}, which is not read; give that as well, or exclude the link`
        this.#refuse(name, message)
      } catch (error) {
        if (isManifest) this.#refuse(name, `is a link that leads nowhere: ${reasonOf(error)}`)
      }
    }
  }

  judgeListings(): void {
    for (const { folder, listing } of this.#listings) {
      for (const resource of listing.resources) {
        if (this.#isDealtWith(real(join(folder.path, resource)))) continue
        const message = `applies ${resource}, which is not read; give ${join(folder.name, resource)} as well, or exclude it`
        this.#refuse(listing.name, message)
      }
    }
  }

  // Read, or left out on purpose.
  #isDealtWith(path: string): boolean {
    if (this.#seen.has(path)) return true
    for (let at = path; ; at = dirname(at)) {
      if (this.#excluded.has(at)) return true
      if (at === dirname(at)) return false
    }
  }

  #folder(folder: FoundFile): void {
    if (!this.#isNew(folder.path)) return
    const entries = this.#entriesOf(folder)
    const names = entries.map(({ name }) => name)
    const built = builtFolder(folder.path, folder.name, names)
    const { problem, listed } = built ?? {}
    if (problem !== undefined) this.problems.push(problem)
    if (listed !== undefined) this.#listings.push({ folder, listing: listed })
    const unread = new Set([...neverRead, ...(built?.unread ?? (problem === undefined ? [] : names))])
    for (const entry of entries) if (!unread.has(entry.name)) this.#entry(folder, entry, listed)
  }

  #entriesOf(folder: FoundFile): Dirent[] {
    try {
      const entries = readdirSync(folder.path, { withFileTypes: true })
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    } catch (error) {
      this.#refuse(folder.name, `cannot be opened: ${reasonOf(error)}`)
      return []
    }
  }

  #entry(folder: FoundFile, entry: Dirent, listed: Listing | undefined): void {
    const found = { path: join(folder.path, entry.name), name: join(folder.name, entry.name) }
    if (this.#excluded.has(found.path)) return
    if (entry.isSymbolicLink()) this.#links.push(found)
    else if (entry.isDirectory()) this.#folder(found)
    else if (manifestName.test(entry.name)) {
      const isListed = listed === undefined || listed.resources.some(each => normalize(each) === entry.name)
      this.#file(isListed ? found : { ...found, unlistedBy: listed.name })
    }
  }

  #file(file: FoundFile): void {
    if (this.#isNew(file.path)) this.files.push(file)
  }

  #isNew(path: string): boolean {
    if (this.#seen.has(path) || this.#excluded.has(path)) return false
    this.#seen.add(path)
    return true
  }

  #refuse(name: string, message: string): void {
    this.problems.push({ code: 'HF5002', object: name, path: '', message, source: `${name}:1:1` })
  }
}

function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // What is not there excludes nothing.
    return path
  }
}
