import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SnapshotReport } from '../../lib/report.js'

/** A folder that this attempt has stored, with names of files that could not be read. */
export interface StoredPath {
  readonly snapshot: SnapshotReport
  readonly unreadable: readonly string[]
}

interface Content {
  readonly session: string
  readonly attempt: number
  readonly stored: readonly StoredPath[]
}

/**
 * What this attempt has stored so far, in the pod’s shared folder: after a restart of the pod’s sandbox the kubelet
 * runs the step again, and what was stored must not be stored twice. A snapshot that is not in here is not taken from
 * the repository either: nobody could say whether every file of it was read. The backup runs again, and finds little new.
 */
export class PathLedger {
  readonly #file: string
  readonly #session: string
  readonly #attempt: number
  #stored: readonly StoredPath[]

  constructor(outputDir: string, session: string, attempt: number) {
    this.#file = join(outputDir, 'pvc-backup.ledger')
    this.#session = session
    this.#attempt = attempt
    const content = readLedger(this.#file)
    this.#stored = content?.session === session && content.attempt === attempt ? content.stored : []
    mkdirSync(outputDir, { recursive: true })
  }

  stored(path: string): StoredPath | undefined {
    return this.#stored.find(each => each.snapshot.path === path)
  }

  record(stored: StoredPath): void {
    if (this.stored(stored.snapshot.path) !== undefined) return
    this.#stored = [...this.#stored, stored]
    const content: Content = { session: this.#session, attempt: this.#attempt, stored: this.#stored }
    writeFileSync(`${this.#file}.new`, JSON.stringify(content))
    renameSync(`${this.#file}.new`, this.#file)
  }
}

function readLedger(file: string): Content | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Content
  } catch {
    // The first run has none, and one that cannot be read is as good as none.
    return undefined
  }
}
