import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One entry of a stored folder. */
export interface ModelEntry {
  /** Relative to the stored path. */
  readonly path: string
  readonly type: 'file' | 'folder' | 'link'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeMs: number
  readonly size: number
  /** Names the content among the repository’s objects. */
  readonly hash?: string
  /** Where a link leads. */
  readonly target?: string
}

export interface ModelSnapshot {
  readonly id: string
  readonly time: string
  readonly host: string
  readonly path: string
  readonly tags: readonly string[]
  readonly excludes: readonly string[]
  readonly parent?: string
  /** As restic prints them in the snapshot. */
  readonly summary: Readonly<Record<string, unknown>>
  readonly entries: readonly ModelEntry[]
}

export interface ModelLock {
  readonly id: string
  readonly exclusive: boolean
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly host: string
}

interface Content {
  readonly id: string
  readonly password: string
  readonly snapshots: readonly ModelSnapshot[]
  readonly locks: readonly ModelLock[]
}

const file = 'model.json'

/** The model of a repository: one JSON file, written at once, and a file for each stored content. */
export class ModelRepository {
  readonly folder: string
  content: Content

  private constructor(folder: string, content: Content) {
    this.folder = folder
    this.content = content
  }

  /** Undefined when there is none. */
  static open(folder: string): ModelRepository | undefined {
    const path = join(folder, file)
    if (!existsSync(path)) return undefined
    return new ModelRepository(folder, JSON.parse(readFileSync(path, 'utf8')) as Content)
  }

  static make(folder: string, id: string, password: string): ModelRepository {
    mkdirSync(join(folder, 'data'), { recursive: true })
    const made = new ModelRepository(folder, { id, password, snapshots: [], locks: [] })
    made.#save()
    return made
  }

  /** Applies a change to what is stored now, for others may have written meanwhile. */
  change(next: (content: Content) => Partial<Content>): void {
    const now = ModelRepository.open(this.folder)?.content ?? this.content
    this.content = { ...now, ...next(now) }
    this.#save()
  }

  /** Puts a content among the objects; gives its name, and whether it is new. */
  store(bytes: Buffer): { readonly hash: string; readonly isNew: boolean } {
    const hash = createHash('sha256').update(bytes).digest('hex')
    const path = this.#object(hash)
    const isNew = !existsSync(path)
    if (isNew) writeFileSync(path, bytes)
    return { hash, isNew }
  }

  /** Undefined when the object is lost or not as it was stored. */
  read(hash: string): Buffer | undefined {
    const path = this.#object(hash)
    if (!existsSync(path)) return undefined
    const bytes = readFileSync(path)
    return createHash('sha256').update(bytes).digest('hex') === hash ? bytes : undefined
  }

  objects(): string[] {
    const folder = join(this.folder, 'data')
    return existsSync(folder) ? readdirSync(folder) : []
  }

  remove(hash: string): void {
    rmSync(this.#object(hash))
  }

  /** Contents that a snapshot still needs. */
  needed(): ReadonlySet<string> {
    return new Set(this.content.snapshots.flatMap(({ entries }) => entries.flatMap(({ hash }) => hash ?? [])))
  }

  #object = (hash: string) => join(this.folder, 'data', hash)

  #save(): void {
    writeFileSync(join(this.folder, `${file}.new`), JSON.stringify(this.content))
    renameSync(join(this.folder, `${file}.new`), join(this.folder, file))
  }
}

export const digest = (...parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')
