import { Gauge, Registry } from 'prom-client'
import type { SnapshotReport } from '../../lib/report.js'

/** Labels of every series (Stash’s). */
export interface Identity {
  readonly invokerKind: string
  readonly invokerName: string
  readonly namespace: string
  readonly repository: string
}

/** What a target’s and a host’s series have beside. */
export interface Target {
  readonly kind: string
  readonly name: string
  readonly hostname: string
}

export interface SessionMetrics {
  readonly identity: Identity
  readonly target: Target
  readonly success: boolean
  /** Wall time of the session in seconds, as far as the pod knows it. */
  readonly sessionSeconds: number
  readonly hostSeconds: number
  /** Unix time in seconds. */
  readonly now: number
}

type Labels = Readonly<Record<string, string>>

/** A registry whose gauges share labels. */
class Series {
  readonly registry = new Registry()

  set(name: string, help: string, labels: Labels, value: number): void {
    const known = this.registry.getSingleMetric(name)
    const gauge =
      known instanceof Gauge
        ? known
        : new Gauge({ name, help, labelNames: Object.keys(labels), registers: [this.registry] })
    gauge.set({ ...labels }, value)
  }
}

const sessionLabels = ({ invokerKind, invokerName, namespace, repository }: Identity): Labels => ({
  invoker_kind: invokerKind,
  invoker_name: invokerName,
  namespace,
  driver: 'Restic',
  repository,
})
// `group` is that of the target’s API, empty for the core group.
const targetLabels = (of: SessionMetrics): Labels => ({
  ...sessionLabels(of.identity),
  kind: of.target.kind,
  group: '',
  name: of.target.name,
})
const hostLabels = (of: SessionMetrics): Labels => ({ ...targetLabels(of), hostname: of.target.hostname })

/**
 * The series of a backup session in the text format (Stash’s names, with exact bytes and seconds). A failure has only
 * the success series, so that a push leaves the last good run’s figures standing.
 */
export async function backupMetrics(of: SessionMetrics, snapshots: readonly SnapshotReport[]): Promise<string> {
  const series = new Series()
  const [session, target, host] = [sessionLabels(of.identity), targetLabels(of), hostLabels(of)]
  const ok = of.success ? 1 : 0
  series.set('holdfast_backup_session_success', 'Whether the last session succeeded', session, ok)
  series.set('holdfast_backup_target_success', 'Whether the target’s last backup succeeded', target, ok)
  series.set('holdfast_backup_host_backup_success', 'Whether the host’s last backup succeeded', host, ok)
  if (!of.success) return series.registry.metrics()
  series.set('holdfast_backup_session_duration_seconds', 'Time that the session took', session, of.sessionSeconds)
  series.set('holdfast_backup_target_count_total', 'Targets of the session', session, 1)
  series.set('holdfast_backup_last_success_time_seconds', 'Unix time of the last good session', session, of.now)
  series.set('holdfast_backup_target_host_count_total', 'Hosts of the target', target, 1)
  series.set('holdfast_backup_target_last_success_time_seconds', 'Unix time of the last good backup', target, of.now)
  series.set('holdfast_backup_host_backup_duration_seconds', 'Time that the backup took', host, of.hostSeconds)
  const total = (value: (each: SnapshotReport) => number) => snapshots.reduce((sum, each) => sum + value(each), 0)
  const data = 'holdfast_backup_host_data'
  series.set(
    `${data}_size_bytes`,
    'Bytes that were read',
    host,
    total(each => each.totalBytes),
  )
  series.set(
    `${data}_uploaded_bytes`,
    'Bytes that were added to the store',
    host,
    total(each => each.uploadedBytes),
  )
  series.set(
    `${data}_processing_time_seconds`,
    'Time that restic took',
    host,
    total(each => each.seconds),
  )
  for (const kind of ['total', 'new', 'modified', 'unmodified'] as const) {
    series.set(
      `holdfast_backup_host_files_${kind}`,
      `Files: ${kind}`,
      host,
      total(each => each.files[kind] ?? 0),
    )
  }
  return series.registry.metrics()
}

/** The series of a restore session; a failure has only the success series. */
export async function restoreMetrics(of: SessionMetrics): Promise<string> {
  const series = new Series()
  const [session, target, host] = [sessionLabels(of.identity), targetLabels(of), hostLabels(of)]
  const ok = of.success ? 1 : 0
  series.set('holdfast_restore_session_success', 'Whether the restore succeeded', session, ok)
  series.set('holdfast_restore_target_success', 'Whether the target’s restore succeeded', target, ok)
  series.set('holdfast_restore_host_restore_success', 'Whether the host’s restore succeeded', host, ok)
  if (!of.success) return series.registry.metrics()
  series.set('holdfast_restore_session_duration_seconds', 'Time that the session took', session, of.sessionSeconds)
  series.set('holdfast_restore_target_count_total', 'Targets of the session', session, 1)
  series.set('holdfast_restore_target_host_count_total', 'Hosts of the target', target, 1)
  series.set('holdfast_restore_host_restore_duration_seconds', 'Time that the restore took', host, of.hostSeconds)
  return series.registry.metrics()
}

/** What a maintain run knows of a repository; what it could not find out is absent and not pushed. */
export interface RepositoryFacts {
  readonly integrity?: boolean
  readonly sizeBytes?: number
  readonly uncompressedBytes?: number
  readonly snapshotCount?: number
  readonly snapshotsCleaned?: number
}
export interface RepositoryStore {
  readonly backend: string
  readonly bucket: string
  readonly prefix: string
}

/** The series of a repository. */
export async function repositoryMetrics(id: Identity, store: RepositoryStore, facts: RepositoryFacts): Promise<string> {
  const labels: Labels = {
    ...sessionLabels(id),
    name: id.repository,
    backend: store.backend,
    ...(store.bucket === '' ? {} : { bucket: store.bucket }),
    ...(store.prefix === '' ? {} : { prefix: store.prefix }),
  }
  const series = new Series()
  const set = (name: string, help: string, value: number | boolean | undefined) => {
    if (value !== undefined) series.set(`holdfast_repository_${name}`, help, labels, Number(value))
  }
  set('integrity', 'Whether the last check found no damage', facts.integrity)
  set('size_bytes', 'Bytes in the store', facts.sizeBytes)
  set('uncompressed_bytes', 'The same data before compression', facts.uncompressedBytes)
  set('snapshot_count', 'Snapshots in the repository', facts.snapshotCount)
  set('snapshot_cleaned', 'Snapshots that the last retention removed', facts.snapshotsCleaned)
  return series.registry.metrics()
}
