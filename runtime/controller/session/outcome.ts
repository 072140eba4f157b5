import type { Observation } from '../../../lib/conditions.js'
import { formatDuration } from '../../../lib/duration.js'
import { hostOf } from '../../../lib/identity.js'
import { type Reason, reasons } from '../../../lib/reason.js'
import type { SnapshotReport, StepReport } from '../../../lib/report.js'
import { secretNameOf, targetPaths } from '../../../lib/variables.js'
import { eventNotes } from '../event-notes.js'
import { isBackup, rfc3339 } from '../objects.js'
import type { Decision, SessionObserved } from './observed.js'
import type { Finding } from './pod-verdict.js'
import { type Phase, type SessionStatus, statusOf } from './session-status.js'
import { deadlineOf, earliest, finished, retryDelay, summary, withStatus } from './status.js'

/** What is known at the end of an attempt: the last report, and why the pod failed, if it did. */
export interface Conclusion {
  readonly report?: StepReport
  readonly failure?: Finding
}

/** Ends an attempt: the session is final, or the next attempt is set a time. */
export function concluded(observed: SessionObserved, conclusion: Conclusion): Omit<Decision, 'check'> {
  const { report } = conclusion
  const verdict = judged(observed, conclusion)
  const observations = observationsOf(observed, conclusion, verdict)
  const fields = isBackup(observed.session)
    ? backupFields(observed, report, verdict)
    : restoreFields(observed, report, verdict)
  const learned =
    report === undefined ? {} : { learned: { report, stored: isStored(verdict.phase) && isBackup(observed.session) } }
  const overruled = verdict.reason === 'StepFailed' && report?.outcome !== 'Failed'
  const push = { push: report === undefined || overruled }
  const retry = verdict.phase === 'Failed' ? nextRetry(observed) : undefined
  if (retry !== undefined) {
    const attempt = statusOf(observed.session).attempt ?? 1
    const message = `${verdict.message}; attempt ${attempt + 1} follows at ${rfc3339(retry)}`
    return {
      status: withStatus(observed, { ...fields, nextRetry: rfc3339(retry) }, [
        ...observations,
        ...summary('waiting', 'RetryScheduled', message),
      ]),
      events: [eventNotes.retried(verdict.reason, attempt, verdict.message, rfc3339(retry))],
      requeueAt: earliest(retry, deadlineOf(observed)),
      ...learned,
    }
  }
  return { ...finished(observed, { ...verdict, fields, observations }), ...learned, ...push }
}

interface Verdict {
  readonly phase: Phase
  readonly reason: Reason
  readonly message: string
}

const isStored = (phase: Phase) => phase === 'Succeeded' || phase === 'PartiallySucceeded'

function judged(observed: SessionObserved, { report, failure }: Conclusion): Verdict {
  if (report === undefined)
    return { phase: 'Failed', reason: failure?.reason ?? 'StepFailed', message: failure?.message ?? '' }
  const message = withSecret(observed, report)
  if (report.outcome === 'Skipped') return { phase: 'Skipped', reason: report.reason ?? 'TargetNotEmpty', message }
  const good = report.outcome === 'Succeeded' || report.outcome === 'Partial'
  if (!good)
    return {
      phase: 'Failed',
      reason: report.reason ?? failure?.reason ?? 'StepFailed',
      message: message || (failure?.message ?? ''),
    }
  // A step of the user after update-status: what was stored stays recorded, but somebody must look.
  if (failure?.reason === 'StepFailed') return { phase: 'Failed', reason: 'StepFailed', message: failure.message }
  if (!isBackup(observed.session))
    return { phase: 'Succeeded', reason: 'RestoreCompleted', message: message || restoredMessage(report) }
  if (report.confirmed !== true || (report.snapshots ?? []).length === 0) {
    return {
      phase: 'Failed',
      reason: 'SnapshotNotConfirmed',
      message: message || 'the report names no snapshot that the repository confirmed',
    }
  }
  const stored = `${(report.snapshots ?? []).map(each => each.id.slice(0, 8)).join(', ')} confirmed in the repository`
  if (report.outcome === 'Partial')
    return { phase: 'PartiallySucceeded', reason: report.reason ?? 'SourceUnreadable', message: message || stored }
  return { phase: 'Succeeded', reason: 'SnapshotConfirmed', message: message || `snapshot ${stored}` }
}

const aboutSecret: readonly Reason[] = ['SecretMissing', 'SecretKeyMissing', 'WrongPassword', 'BackendDenied']

// A mover sees the mounted keys, and not whose they are.
function withSecret({ subject }: SessionObserved, { reason, message }: StepReport): string {
  const said = message ?? (reason === undefined ? '' : reasons[reason])
  if (subject === undefined || reason === undefined || !aboutSecret.includes(reason)) return said
  return `Secret ${subject.namespace}/${secretNameOf(subject)}: ${said}`
}

function restoredMessage(report: StepReport): string {
  const files = (report.restored ?? []).reduce((sum, each) => sum + each.files, 0)
  return `${files} files restored from ${(report.restored ?? []).map(each => each.id.slice(0, 8)).join(', ')}`
}

function nextRetry(observed: SessionObserved): Date | undefined {
  const { session, configuration, now } = observed
  if (!isBackup(session)) return undefined
  const attempt = statusOf(session).attempt ?? 1
  if (attempt > (configuration?.spec.retryConfig?.maxRetry ?? 0)) return undefined
  const at = new Date(Math.ceil((now.getTime() + retryDelay(observed)) / 1000) * 1000)
  return at < deadlineOf(observed) ? at : undefined
}

function observationsOf(observed: SessionObserved, { report, failure }: Conclusion, verdict: Verdict): Observation[] {
  const backup = isBackup(observed.session)
  const observe = (type: string, good: boolean, reason: Reason, message: string): Observation => ({
    type,
    status: good ? 'True' : 'False',
    reason,
    message: message === '' ? reasons[reason] : message,
  })
  const list: Observation[] = []
  if (report?.metrics !== undefined) {
    const { pushed, message = '' } = report.metrics
    list.push(observe('MetricsPushed', pushed, pushed ? 'MetricsPushed' : 'MetricsNotPushed', message))
  }
  for (const [key, hook] of [
    ['Pre', report?.preHook],
    ['Post', report?.postHook],
  ] as const) {
    if (hook === undefined) continue
    const type = `${key}${backup ? 'Backup' : 'Restore'}HookExecutionSucceeded`
    const reason: Reason = !hook.ran
      ? 'HookSkipped'
      : hook.ok
        ? 'HookSucceeded'
        : key === 'Pre'
          ? 'PreHookFailed'
          : 'PostHookFailed'
    list.push(observe(type, hook.ok, reason, hook.message ?? ''))
  }
  if (verdict.reason === 'DeadlineExceeded' || failure?.reason === 'DeadlineExceeded') {
    list.push(observe('DeadlineExceeded', true, 'DeadlineExceeded', failure?.message ?? verdict.message))
  }
  if (
    failure !== undefined &&
    ['Evicted', 'NodeLost', 'OutOfMemory', 'PodDeleted', 'JobDeleted'].includes(failure.reason)
  ) {
    list.push(observe('BackupDisrupted', true, failure.reason, failure.message))
  }
  const missing = verdict.reason === 'SecretMissing' || verdict.reason === 'SecretKeyMissing'
  if (report !== undefined)
    list.push(
      observe(
        'BackendSecretFound',
        !missing,
        missing ? verdict.reason : 'Available',
        missing ? verdict.message : 'the mover found its keys',
      ),
    )
  if (backup) {
    list.push(
      observe(
        'SnapshotConfirmed',
        report?.confirmed === true,
        report?.confirmed === true ? 'SnapshotConfirmed' : verdict.reason,
        verdict.message,
      ),
    )
    if (report?.repository?.id !== undefined)
      list.push(
        observe('BackendRepositoryInitialized', true, 'Available', `repository ${report.repository.id.slice(0, 8)}`),
      )
  } else {
    list.push(observe('RestoreCompleted', verdict.phase === 'Succeeded', verdict.reason, verdict.message))
  }
  return list
}

function backupFields(
  observed: SessionObserved,
  report: StepReport | undefined,
  verdict: Verdict,
): Partial<SessionStatus> {
  // Not the subject: it is gone with its Repository, and what was stored is recorded all the same.
  const { configuration, repository } = observed
  if (configuration === undefined) return {}
  const { target } = configuration.spec
  const own = hostOf(target, configuration.metadata.namespace ?? '', repository?.spec.clusterName)
  const phase = verdict.phase === 'Succeeded' || verdict.phase === 'PartiallySucceeded' ? verdict.phase : 'Failed'
  const paths = targetPaths(target)
  const confirmed = report?.confirmed === true ? (report.snapshots ?? []).slice(0, 8) : []
  const stats = {
    hostname: hostname(report, own),
    phase,
    ...(report?.seconds === undefined ? {} : { duration: seconds(report.seconds) }),
    ...(verdict.phase === 'Succeeded' ? {} : { error: oneLine(verdict.message) }),
    ...(confirmed.length === 0
      ? {}
      : { snapshots: confirmed.map((each, index) => snapshotStatus(each, paths[index] ?? '')) }),
  } as const
  return { targets: [{ ref: target.ref, phase, totalHosts: 1, stats: [stats] }] }
}

function snapshotStatus(snapshot: SnapshotReport, path: string) {
  const { total, new: added, modified, unmodified, unreadable } = snapshot.files
  const fileStats = Object.fromEntries(
    Object.entries({
      totalFiles: total,
      newFiles: added,
      modifiedFiles: modified,
      unmodifiedFiles: unmodified,
      unreadableFiles: unreadable,
    }).filter(([, count]) => count !== undefined),
  )
  return {
    name: snapshot.id.slice(0, 8),
    id: snapshot.id,
    path: snapshot.path === '' ? path : oneLine(snapshot.path, 1024),
    totalBytes: snapshot.totalBytes,
    uploadedBytes: snapshot.uploadedBytes,
    processingTime: seconds(snapshot.seconds),
    fileStats,
  }
}

function restoreFields(
  { session, repository }: SessionObserved,
  report: StepReport | undefined,
  verdict: Verdict,
): Partial<SessionStatus> {
  if (isBackup(session)) return {}
  const own = hostOf(session.spec.target, session.metadata.namespace ?? '', repository?.spec.clusterName)
  const restored = report?.restored ?? []
  const sum = (key: 'files' | 'bytes') =>
    Math.min(
      Number.MAX_SAFE_INTEGER,
      restored.reduce((total, each) => total + each[key], 0),
    )
  return {
    totalHosts: 1,
    stats: [
      {
        hostname: hostname(report, own),
        phase: verdict.phase === 'Succeeded' || verdict.phase === 'Skipped' ? verdict.phase : 'Failed',
        ...(report?.seconds === undefined ? {} : { duration: seconds(report.seconds) }),
        ...(restored.length === 0
          ? {}
          : {
              snapshot: restored
                .map(each => each.id)
                .join(',')
                .slice(0, 1024),
              filesRestored: sum('files'),
              bytesRestored: sum('bytes'),
            }),
        ...(verdict.phase === 'Succeeded' ? {} : { error: oneLine(verdict.message) }),
      },
    ],
  }
}

// What a report says is bounded by what a status may hold: one that the API server refuses would end no session.
const longestDuration = 8760 * 3_600_000
const seconds = (value: number) => formatDuration(Math.min(longestDuration, Math.max(1, Math.round(value * 1000))))
const oneLine = (text: string, longest = 4096) => text.replace(/[\x00-\x1f\x7f]+/g, ' ').slice(0, longest)
const hostname = (report: StepReport | undefined, otherwise: string) => oneLine(report?.host ?? otherwise, 512)
