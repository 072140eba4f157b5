import { formatDuration } from '../duration.js'
import { formatBytes } from '../quantity.js'
import type { FileCounts } from '../report.js'
import type { NotificationEvent } from './event.js'

/** A session as a notification tells of it. What is not known (yet) is absent. */
export interface SessionSummary {
  readonly kind: 'BackupSession' | 'RestoreSession'
  readonly namespace: string
  /** Name of the session. */
  readonly session: string
  readonly sessionUid: string
  /** The BackupConfiguration; absent for a restore, which is its own. */
  readonly configuration?: string
  /** The claim. */
  readonly target: string
  readonly repository: string
  readonly cluster?: string
  /** Host of the snapshots. */
  readonly host: string
  readonly phase: NotificationEvent
  readonly reason?: string
  readonly message?: string
  readonly attempt?: number
  /** RFC 3339 UTC. */
  readonly startTime?: string
  readonly completionTime?: string
  readonly durationSeconds?: number
  /** Bytes that the repository grew by, compressed, and bytes that were read (or restored). */
  readonly bytesAdded?: number
  readonly bytesProcessed?: number
  readonly files?: FileCounts
  /** restic’s ids, whole. */
  readonly snapshots?: readonly string[]
}

/** What a template can say of a session: the name stands in it as `$(NAME)`. */
export const summaryVariables = {
  PHASE: 'Started, Succeeded, PartiallySucceeded, Failed or Skipped.',
  REASON: 'Why, in one word: the reason of the condition Ready (docs/api.md).',
  MESSAGE: 'Why, in a sentence.',
  ERROR: 'The same sentence when the session did not succeed, else empty.',
  NAMESPACE: 'Namespace of the session.',
  SESSION_KIND: 'BackupSession or RestoreSession.',
  SESSION: 'Name of the session.',
  SESSION_UID: 'Its uid, a UUID: it tells one run from all others.',
  CONFIGURATION: 'Name of the BackupConfiguration; for a restore the name of the session.',
  TARGET: 'Name of the claim.',
  REPOSITORY: 'The Repository, as namespace/name.',
  CLUSTER: 'spec.clusterName of the Repository, or empty.',
  HOSTNAME: 'Host of the snapshots.',
  ATTEMPT: 'Number of the attempt, from 1; 0 when none began.',
  START_TIME: 'When the first attempt began, RFC 3339 UTC; empty when none did.',
  COMPLETION_TIME: 'When the session ended, RFC 3339 UTC.',
  DURATION: 'From its creation to its end: 3m20s.',
  DURATION_SECONDS: 'The same in seconds.',
  BYTES_ADDED: 'Bytes that the repository grew by, as restic counts them.',
  BYTES_PROCESSED: 'Bytes of all files that were read; of a restore, bytes restored.',
  SIZE_ADDED: 'BYTES_ADDED for people: 1.5 GiB.',
  SIZE_PROCESSED: 'BYTES_PROCESSED for people.',
  FILES: 'Files in the snapshots; of a restore, files restored.',
  FILES_NEW: 'Files that the snapshot before had not.',
  FILES_MODIFIED: 'Files that had changed.',
  FILES_UNREADABLE: 'Files that could not be read.',
  SNAPSHOT: 'Id of the first snapshot, short as restic shows it.',
  SNAPSHOTS: 'Ids of all snapshots, separated by commas.',
  COLOR: 'Green, amber, red or grey by the phase, as #rrggbb.',
  STYLE: 'good, warning, attention or default by the phase: the words of Adaptive Cards.',
} as const

export type SummaryVariable = keyof typeof summaryVariables
export type SummaryValues = Readonly<Record<SummaryVariable, string>>

/** Variables whose value only the end of a session knows: empty at its beginning. */
export const endVariables: readonly SummaryVariable[] = [
  ...(['REASON', 'MESSAGE', 'ERROR', 'COMPLETION_TIME', 'DURATION', 'DURATION_SECONDS'] as const),
  ...(['BYTES_ADDED', 'BYTES_PROCESSED', 'SIZE_ADDED', 'SIZE_PROCESSED'] as const),
  ...(['FILES', 'FILES_NEW', 'FILES_MODIFIED', 'FILES_UNREADABLE', 'SNAPSHOT', 'SNAPSHOTS'] as const),
]

const looks: Readonly<Record<NotificationEvent, { readonly color: string; readonly style: string }>> = {
  Started: { color: '#3b82f6', style: 'default' },
  Succeeded: { color: '#2e9e5b', style: 'good' },
  PartiallySucceeded: { color: '#d29922', style: 'warning' },
  Failed: { color: '#d1242f', style: 'attention' },
  Skipped: { color: '#8b949e', style: 'default' },
}

/** Slack refuses a whole message for one text of more than 3000 characters. */
const longestText = 2000
const clipped = (text: string) => (text.length <= longestText ? text : `${text.slice(0, longestText - 1)}…`)

/** The value of each variable; one that is not known is empty. */
export function summaryValues(of: SessionSummary): SummaryValues {
  const number = (value: number | undefined) => (value === undefined ? '' : String(value))
  const size = (bytes: number | undefined) => (bytes === undefined ? '' : formatBytes(bytes))
  const message = clipped(of.message ?? '')
  const good = of.phase === 'Succeeded' || of.phase === 'Started'
  const { color, style } = looks[of.phase]
  return {
    PHASE: of.phase,
    REASON: of.reason ?? '',
    MESSAGE: message,
    ERROR: good ? '' : message,
    NAMESPACE: of.namespace,
    SESSION_KIND: of.kind,
    SESSION: of.session,
    SESSION_UID: of.sessionUid,
    CONFIGURATION: of.configuration ?? of.session,
    TARGET: of.target,
    REPOSITORY: of.repository,
    CLUSTER: of.cluster ?? '',
    HOSTNAME: of.host,
    ATTEMPT: String(of.attempt ?? 0),
    START_TIME: of.startTime ?? '',
    COMPLETION_TIME: of.completionTime ?? '',
    DURATION: of.durationSeconds === undefined ? '' : formatDuration(Math.round(of.durationSeconds) * 1000),
    DURATION_SECONDS: number(of.durationSeconds),
    BYTES_ADDED: number(of.bytesAdded),
    BYTES_PROCESSED: number(of.bytesProcessed),
    SIZE_ADDED: size(of.bytesAdded),
    SIZE_PROCESSED: size(of.bytesProcessed),
    FILES: number(of.files?.total),
    FILES_NEW: number(of.files?.new),
    FILES_MODIFIED: number(of.files?.modified),
    FILES_UNREADABLE: number(of.files?.unreadable),
    SNAPSHOT: of.snapshots?.[0]?.slice(0, 8) ?? '',
    SNAPSHOTS: of.snapshots?.join(',') ?? '',
    COLOR: color,
    STYLE: style,
  }
}
