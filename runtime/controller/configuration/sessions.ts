import { defaultHistoryLimit } from '../../../lib/resolver-defaults.js'
import type { BackupSessionObject, ConfigurationObject } from '../objects.js'
import { createdAt } from '../objects.js'
import { owesNotifications } from '../session/owed-notifications.js'
import { hasEnded } from '../session/session-status.js'

const newestFirst = (a: BackupSessionObject, b: BackupSessionObject) =>
  createdAt(b).getTime() - createdAt(a).getTime() || (a.metadata.name < b.metadata.name ? 1 : -1)

/** What the sessions of a configuration say of it. */
export interface SessionFacts {
  readonly newest?: BackupSessionObject
  /** The newest that ended and was not skipped. */
  readonly newestRun?: BackupSessionObject
  /** When the newest good backup was stored; never earlier than what the status already says. */
  readonly lastSuccessfulTime?: string
  /** False after a partial, empty or failed run: retention waits for the next good one. */
  readonly lastWasGood: boolean
}

export function sessionFacts(
  configuration: ConfigurationObject,
  sessions: readonly BackupSessionObject[],
): SessionFacts {
  const ordered = [...sessions].sort(newestFirst)
  const runs = ordered.filter(each => hasEnded(each) && each.status?.phase !== 'Skipped')
  const good = runs.flatMap(each => (each.status?.phase === 'Succeeded' ? (each.status.completionTime ?? []) : []))
  const lastSuccessfulTime = [configuration.status?.lastSuccessfulTime, ...good]
    .flatMap(time => time ?? [])
    .sort()
    .at(-1)
  const [newest] = ordered
  const [newestRun] = runs
  return {
    ...(newest === undefined ? {} : { newest }),
    ...(newestRun === undefined ? {} : { newestRun }),
    ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
    lastWasGood: newestRun === undefined || (newestRun.status?.phase === 'Succeeded' && !wasEmpty(newestRun)),
  }
}

/** When the newest good backup was stored; undefined when there is none, and while the newest run was not good. */
export function goodBackupTime(
  configuration: ConfigurationObject,
  sessions: readonly BackupSessionObject[],
): string | undefined {
  const { lastSuccessfulTime, lastWasGood } = sessionFacts(configuration, sessions)
  return lastWasGood ? lastSuccessfulTime : undefined
}

function wasEmpty(session: BackupSessionObject): boolean {
  const snapshots =
    session.status?.targets?.flatMap(target => target.stats ?? []).flatMap(stats => stats.snapshots ?? []) ?? []
  return snapshots.some(snapshot => snapshot.fileStats?.totalFiles === 0)
}

/**
 * Finished sessions beyond the history limit, oldest first. A session that runs, waits or has
 * somebody to tell never goes, and the last
 * Succeeded and the last Failed always stay: they answer "when was it last good" and "what went wrong".
 */
export function sessionsToDelete(
  configuration: ConfigurationObject,
  sessions: readonly BackupSessionObject[],
): BackupSessionObject[] {
  const limit = configuration.spec.backupHistoryLimit ?? defaultHistoryLimit
  const ended = sessions
    .filter(each => hasEnded(each) && each.metadata.deletionTimestamp === undefined && !owesNotifications(each))
    .sort(newestFirst)
  const kept = new Set(ended.slice(0, limit))
  for (const phase of ['Succeeded', 'Failed'] as const) {
    const last = ended.find(each => each.status?.phase === phase)
    if (last !== undefined) kept.add(last)
  }
  return ended.filter(each => !kept.has(each)).reverse()
}
