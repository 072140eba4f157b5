import type { NotificationEvent } from '../../lib/notification/event.js'
import type { PolicySummary } from '../../lib/notification/notify-container.js'
import type { SessionSummary } from '../../lib/notification/summary.js'
import type { Outcome, StepReport } from '../../lib/report.js'
import type { Pod } from './pod.js'

const phases: Readonly<Record<Outcome, NotificationEvent>> = {
  Succeeded: 'Succeeded',
  Partial: 'PartiallySucceeded',
  Failed: 'Failed',
  Skipped: 'Skipped',
  Interrupted: 'Failed',
}

/** A summary that is complete with what a container of the session knows by itself: its names are in the environment. */
export function summaryIn(
  pod: Pod,
  given: PolicySummary & Partial<SessionSummary>,
  phase: NotificationEvent,
): SessionSummary {
  const { env } = pod
  return {
    session: env['BACKUP_SESSION'] || env['RESTORE_SESSION'] || '',
    sessionUid: env['SESSION_UID'] ?? '',
    attempt: Number(env['ATTEMPT'] ?? 0),
    ...(phase === 'Started'
      ? {
          startTime: pod.host.clock
            .date()
            .toISOString()
            .replace(/\.\d+Z$/, 'Z'),
        }
      : {}),
    ...given,
    phase,
  }
}

/** What the mover’s report adds to a summary: as the mover saw it, before anybody confirmed it in the repository. */
export function moverSummary(report: StepReport | undefined): Partial<SessionSummary> & { phase: NotificationEvent } {
  if (report === undefined) return { phase: 'Failed', reason: 'StepFailed', message: 'the mover left no result' }
  const { outcome, reason, message, seconds, snapshots = [], restored = [] } = report
  const sum = <T>(list: readonly T[], value: (each: T) => number) => list.reduce((all, each) => all + value(each), 0)
  const ids = [...snapshots, ...restored].map(each => each.id)
  const files = (key: 'total' | 'new' | 'modified' | 'unreadable') => sum(snapshots, each => each.files[key] ?? 0)
  return {
    phase: phases[outcome],
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    ...(seconds === undefined ? {} : { durationSeconds: seconds }),
    ...(ids.length === 0 ? {} : { snapshots: ids }),
    ...(snapshots.length === 0
      ? {}
      : {
          bytesAdded: sum(snapshots, each => each.uploadedBytes),
          bytesProcessed: sum(snapshots, each => each.totalBytes),
          files: {
            total: files('total'),
            new: files('new'),
            modified: files('modified'),
            unreadable: files('unreadable'),
          },
        }),
    ...(restored.length === 0
      ? {}
      : {
          bytesProcessed: sum(restored, each => each.bytes),
          files: { total: sum(restored, each => each.files) },
        }),
  }
}
