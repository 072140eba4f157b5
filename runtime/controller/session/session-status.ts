import type { BackupSessionStatus } from '../../../lib/api/backup-session.js'
import type { RestoreSessionStatus } from '../../../lib/api/restore-session.js'
import { isFinal } from '../../../lib/session-phase.js'
import type { SessionObject } from '../objects.js'

/** What the statuses of both kinds have in common; the rest is each kind’s own. */
export type SessionStatus = Omit<BackupSessionStatus, 'phase' | 'targets'> &
  Omit<RestoreSessionStatus, 'phase' | 'stats'> & {
    phase?: BackupSessionStatus['phase'] | undefined
    targets?: BackupSessionStatus['targets'] | undefined
    stats?: RestoreSessionStatus['stats'] | undefined
  }

export type Phase = NonNullable<BackupSessionStatus['phase']>

export const statusOf = (session: SessionObject): SessionStatus => (session.status ?? {}) as SessionStatus
export const hasBegun = (session: SessionObject): boolean => (statusOf(session).attempt ?? 0) > 0
export const hasEnded = (session: SessionObject): boolean => isFinal(statusOf(session).phase)
