import { createHash } from 'node:crypto'
import type { SnapshotReport } from '../../lib/report.js'

const digest = (text: string) => createHash('sha256').update(text).digest('hex')
const bytes = 1_000_000

/** One made-up repository: an id, and how many snapshots each host and path has. */
interface CannedRepository {
  readonly id: string
  readonly snapshots: Map<string, number>
}

/** Stores that exist only as counts, by restic's name of the repository. */
export class CannedStore {
  readonly #repositories = new Map<string, CannedRepository>()

  get(name: string): CannedRepository | undefined {
    return this.#repositories.get(name)
  }

  init(name: string): CannedRepository {
    const repository = { id: digest(name), snapshots: new Map<string, number>() }
    this.#repositories.set(name, repository)
    return repository
  }

  /** Adds a snapshot; the same session and attempt give the same id. */
  add(name: string, host: string, path: string, session: string): SnapshotReport {
    const { snapshots } = this.get(name) ?? this.init(name)
    const key = `${host}:${path}`
    snapshots.set(key, (snapshots.get(key) ?? 0) + 1)
    const files = { total: 100, new: 10, modified: 5, unmodified: 85 }
    return { id: digest(`${session}:${path}`), path, totalBytes: bytes, uploadedBytes: bytes / 10, seconds: 5, files }
  }

  /** Forgets all but `most` snapshots of a host and path; answers how many were kept and removed. */
  keep(name: string, host: string, path: string, most: number): { kept: number; removed: number } {
    const { snapshots } = this.get(name) ?? this.init(name)
    const key = `${host}:${path}`
    const present = snapshots.get(key) ?? 0
    const kept = Math.min(present, most)
    snapshots.set(key, kept)
    return { kept, removed: present - kept }
  }

  count(name: string): number {
    return [...(this.get(name)?.snapshots.values() ?? [])].reduce((sum, each) => sum + each, 0)
  }
}
