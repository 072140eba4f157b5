import { type BackupSessionObject, isBackup, type SessionObject } from '../../../runtime/controller/objects.js'

/** How a session ended: `Succeeded in attempt 2` for a backup, `Succeeded` for a restore, else `<phase>: <reason>`. */
export function wordsOf(session: SessionObject): string {
  const { phase = '', attempt, conditions } = session.status ?? {}
  if (phase !== 'Succeeded') return `${phase}: ${conditions?.find(each => each.type === 'Ready')?.reason ?? ''}`
  return isBackup(session) ? `${phase} in attempt ${attempt}` : phase
}

/** Ids of the snapshots that a session’s status records. */
export function recordedIds({ status }: BackupSessionObject): string[] {
  const hosts = (status?.targets ?? []).flatMap(target => target.stats ?? [])
  return hosts.flatMap(stats => stats.snapshots ?? []).map(snapshot => snapshot.id)
}
