import { isRecord } from './json-lines.js'

/** restic’s JSON messages, as 0.17.1 to 0.19 print them. Numbers are bytes and seconds as restic counted them. */
type Json = Readonly<Record<string, unknown>>

const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter(each => typeof each === 'string') : [])
const isKind = (json: Json, kind: string) => json['message_type'] === kind

/** What a backup stored; also inside a snapshot, since restic 0.17. */
export interface BackupCounts {
  readonly filesNew: number
  readonly filesChanged: number
  readonly filesUnmodified: number
  readonly totalFiles: number
  readonly totalBytes: number
  /** Bytes added to the store, after compression. */
  readonly addedBytes: number
}
export interface BackupSummary extends BackupCounts {
  readonly snapshotId: string
  readonly seconds: number
}

function backupCounts(json: Json): BackupCounts {
  return {
    filesNew: number(json['files_new']),
    filesChanged: number(json['files_changed']),
    filesUnmodified: number(json['files_unmodified']),
    totalFiles: number(json['total_files_processed']),
    totalBytes: number(json['total_bytes_processed']),
    addedBytes: number(json['data_added_packed'] ?? json['data_added']),
  }
}

/** The summary of a backup; undefined for every other message, and for a summary that names no snapshot. */
export function backupSummary(json: Json): BackupSummary | undefined {
  const snapshotId = text(json['snapshot_id'])
  if (!isKind(json, 'summary') || !isFullId(snapshotId)) return undefined
  return { ...backupCounts(json), snapshotId, seconds: number(json['total_duration']) }
}

/** restic’s ids: SHA-256 in hexadecimal. */
export const isFullId = (id: string): boolean => /^[0-9a-f]{64}$/.test(id)

export interface Progress {
  readonly fraction: number
  readonly bytesDone: number
  readonly totalBytes: number
  readonly filesDone: number
  readonly totalFiles: number
  readonly secondsLeft?: number
}

/** Progress of a backup or restore. */
export function progress(json: Json): Progress | undefined {
  if (!isKind(json, 'status')) return undefined
  const left = json['seconds_remaining']
  return {
    fraction: number(json['percent_done']),
    bytesDone: number(json['bytes_done'] ?? json['bytes_restored']),
    totalBytes: number(json['total_bytes']),
    filesDone: number(json['files_done'] ?? json['files_restored']),
    totalFiles: number(json['total_files']),
    ...(typeof left === 'number' ? { secondsLeft: left } : {}),
  }
}

/** One file that could not be read or written. */
export interface ItemError {
  readonly item: string
  readonly during: string
  readonly message: string
}

export function itemError(json: Json): ItemError | undefined {
  if (!isKind(json, 'error')) return undefined
  const error = json['error']
  return {
    item: text(json['item']),
    during: text(json['during']),
    message: isRecord(error) ? text(error['message']) : text(error ?? json['message']),
  }
}

/** restic’s last words, on stderr since 0.18. */
export function exitError(json: Json): string | undefined {
  return isKind(json, 'exit_error') ? text(json['message']).trim() : undefined
}

export interface RestoreSummary {
  /** Files and folders that restic selected, wrote, and found already right. */
  readonly total: number
  readonly restored: number
  readonly skipped: number
  readonly deleted: number
  readonly bytesRestored: number
}

/** The summary of a restore; restic leaves out what is zero. */
export function restoreSummary(json: Json): RestoreSummary | undefined {
  if (!isKind(json, 'summary')) return undefined
  return {
    total: number(json['total_files']),
    restored: number(json['files_restored']),
    skipped: number(json['files_skipped']),
    deleted: number(json['files_deleted']),
    bytesRestored: number(json['bytes_restored']),
  }
}

/** A check’s summary (restic ≥ 0.18): how many errors it found. */
export function checkErrors(json: Json): number | undefined {
  return isKind(json, 'summary') && typeof json['num_errors'] === 'number' ? json['num_errors'] : undefined
}

export interface Snapshot {
  readonly id: string
  readonly time: string
  readonly host: string
  readonly paths: readonly string[]
  readonly tags: readonly string[]
  readonly counts?: BackupCounts
}

/** What `restic snapshots` prints; undefined when it is no list. Entries without an id are left out. */
export function snapshotList(document: unknown): Snapshot[] | undefined {
  if (!Array.isArray(document)) return undefined
  return document.filter(isRecord).flatMap(json => {
    const id = text(json['id'])
    if (!isFullId(id)) return []
    const summary = json['summary']
    return [
      {
        id,
        time: text(json['time']),
        host: text(json['hostname']),
        paths: texts(json['paths']),
        tags: texts(json['tags']),
        ...(isRecord(summary) ? { counts: backupCounts(summary) } : {}),
      },
    ]
  })
}

/** restic’s warning that it lists nothing because the store did not let it; its exit code is 0 all the same (0.18). */
export const listingFailed = (line: string): boolean => /^could not load snapshots/.test(line)

/** restic’s words about a snapshot that it passed over because it could not read it. */
export const ignoredSnapshot = (line: string): string | undefined => /^Ignoring "[0-9a-f]+": (.*)$/.exec(line)?.[1]

export interface RepositoryConfig {
  readonly id: string
  readonly format: number
}

/** What `restic cat config` prints. */
export function repositoryConfig(document: unknown): RepositoryConfig | undefined {
  if (!isRecord(document) || !isFullId(text(document['id']))) return undefined
  return { id: text(document['id']), format: number(document['version']) }
}

/** The id of the repository that `restic init` made. */
export function initializedId(json: Json): string | undefined {
  return isKind(json, 'initialized') && isFullId(text(json['id'])) ? text(json['id']) : undefined
}

/** How many snapshots `restic forget` kept and removed; it prints nothing when no snapshot matched. */
export function forgetCounts(document: unknown): { kept: number; removed: number } {
  const groups = Array.isArray(document) ? document.filter(isRecord) : []
  const count = (key: string) => groups.reduce((sum, group) => sum + listed(group[key]).length, 0)
  return { kept: count('keep'), removed: count('remove') }
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export interface Statistics {
  readonly totalBytes: number
  readonly snapshotCount: number
}

/** What `restic stats --mode raw-data` prints: bytes in the store. */
export function statistics(document: unknown): Statistics | undefined {
  if (!isRecord(document) || typeof document['total_size'] !== 'number') return undefined
  return { totalBytes: document['total_size'], snapshotCount: number(document['snapshots_count']) }
}
