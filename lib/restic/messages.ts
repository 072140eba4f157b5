import { isRecord } from './json-lines.js'

/** restic’s JSON messages, as 0.17.1 to 0.19 print them. Numbers are bytes and seconds as restic counted them. */
type Json = Readonly<Record<string, unknown>>

const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)
/** What restic counted: 0 where it left the field out, undefined for anything that is no count. */
const count = (value: unknown): number | undefined => (value === undefined ? 0 : isCount(value) ? value : undefined)
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
// No run takes as long as this; a clock that was set in between may say so.
const longestSeconds = 10 ** 9
const duration = (value: unknown): number => {
  const seconds = number(value)
  return seconds >= 0 && seconds <= longestSeconds ? seconds : 0
}
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

/** Undefined when a number is none that restic could have counted, or when it does not say what it stored. */
function backupCounts(json: Json): BackupCounts | undefined {
  const totals = [json['total_files_processed'], json['total_bytes_processed']]
  const filesNew = count(json['files_new'])
  const filesChanged = count(json['files_changed'])
  const filesUnmodified = count(json['files_unmodified'])
  const addedBytes = count(json['data_added_packed'] ?? json['data_added'])
  const [totalFiles, totalBytes] = totals.map(total => (isCount(total) ? total : undefined))
  if (filesNew === undefined || filesChanged === undefined || filesUnmodified === undefined) return undefined
  if (totalFiles === undefined || totalBytes === undefined || addedBytes === undefined) return undefined
  return { filesNew, filesChanged, filesUnmodified, totalFiles, totalBytes, addedBytes }
}

/** The summary of a backup; undefined for every other message, and for one without snapshot, files or bytes. */
export function backupSummary(json: Json): BackupSummary | undefined {
  const snapshotId = text(json['snapshot_id'])
  const counts = backupCounts(json)
  if (!isKind(json, 'summary') || !isFullId(snapshotId) || counts === undefined) return undefined
  return { ...counts, snapshotId, seconds: duration(json['total_duration']) }
}

/** The one thing that messages say, however often they say it; undefined when they say nothing, or different things. */
export function only<T>(found: readonly (T | undefined)[]): T | undefined {
  const distinct = new Map(found.filter(each => each !== undefined).map(each => [JSON.stringify(each), each]))
  return distinct.size === 1 ? [...distinct.values()][0] : undefined
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
  readonly totalBytes: number
  readonly bytesRestored: number
}

/**
 * The summary of a restore; restic leaves out what is zero. Undefined for every other message, and for one whose
 * numbers restic could not have counted.
 */
export function restoreSummary(json: Json): RestoreSummary | undefined {
  if (!isKind(json, 'summary')) return undefined
  const [total, restored, skipped, deleted, totalBytes, bytesRestored] = [
    ...[json['total_files'], json['files_restored'], json['files_skipped'], json['files_deleted']],
    ...[json['total_bytes'], json['bytes_restored']],
  ].map(count)
  if (total === undefined || restored === undefined || skipped === undefined) return undefined
  if (deleted === undefined || totalBytes === undefined || bytesRestored === undefined) return undefined
  return { total, restored, skipped, deleted, totalBytes, bytesRestored }
}

/** A check’s summary (restic ≥ 0.18): how many errors it found. */
export function checkErrors(json: Json): number | undefined {
  return isKind(json, 'summary') && isCount(json['num_errors']) ? json['num_errors'] : undefined
}

/** What a check without a summary says at its end when all is well (restic 0.17). */
export const checkPassed = (line: string): boolean => line === 'no errors were found'

/** A line of a check that tells of damage, whatever the summary says. */
export const checkDamage = (line: string): boolean =>
  /^(error\b|fatal\b|pack \S+ (contains \d+ errors|.*(damaged|does not match)))/i.test(line)

export interface Snapshot {
  readonly id: string
  readonly time: string
  readonly host: string
  readonly paths: readonly string[]
  readonly tags: readonly string[]
  readonly counts?: BackupCounts
}

/**
 * What `restic snapshots` prints; undefined when it is no list, or when an entry is no snapshot: what is left out of a
 * list would be missing without a word, and `latest` would be an older one.
 */
export function snapshotList(document: unknown): Snapshot[] | undefined {
  if (!Array.isArray(document)) return undefined
  const entries = document.map(snapshotOf)
  const snapshots = entries.filter(each => each !== undefined)
  return snapshots.length === entries.length ? snapshots : undefined
}

function snapshotOf(json: unknown): Snapshot | undefined {
  if (!isRecord(json)) return undefined
  const { id, time, hostname, paths, tags, summary } = json
  if (!isFullId(text(id)) || Number.isNaN(Date.parse(text(time)))) return undefined
  if (typeof hostname !== 'string' || texts(paths).length === 0) return undefined
  const counts = isRecord(summary) ? backupCounts(summary) : undefined
  const common = { id: text(id), time: text(time), host: hostname, paths: texts(paths), tags: texts(tags) }
  return counts === undefined ? common : { ...common, counts }
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
  const format = document['version']
  return isCount(format) && format > 0 ? { id: text(document['id']), format } : undefined
}

/** The id of the repository that `restic init` made. */
export function initializedId(json: Json): string | undefined {
  return isKind(json, 'initialized') && isFullId(text(json['id'])) ? text(json['id']) : undefined
}

export interface Statistics {
  readonly totalBytes: number
  readonly snapshotCount: number
  /** The same data before compression; restic tells it of repositories that compress (format 2). */
  readonly uncompressedBytes?: number
}

/** What `restic stats --mode raw-data` prints: bytes in the store. */
export function statistics(document: unknown): Statistics | undefined {
  if (!isRecord(document)) return undefined
  const [totalBytes, snapshotCount] = [document['total_size'], document['snapshots_count']]
  const uncompressedBytes = document['total_uncompressed_size']
  if (!isCount(totalBytes) || !isCount(snapshotCount)) return undefined
  return { totalBytes, snapshotCount, ...(isCount(uncompressedBytes) ? { uncompressedBytes } : {}) }
}
