import { backupMetrics, repositoryMetrics, restoreMetrics, type SessionMetrics } from '../../runtime/agent/metrics.js'
import type { ControllerMetrics } from '../../runtime/controller/controller-metrics.js'
import { cachesOf, metricsOf } from '../runtime/controller/metrics-fixture.js'
import { at, backupSession, configuration, repository } from '../runtime/controller/observation.js'

const ready = { type: 'Ready', status: 'True', reason: 'Available', message: '', lastTransitionTime: at(0) } as const
const snapshot = { id: 'a', path: '/data', totalBytes: 3, uploadedBytes: 2, seconds: 1, files: { total: 1 } }

/** The metrics of a controller that has one of everything, and has worked. */
export function fullController(): ControllerMetrics {
  const stats = [{ hostname: 'shop/data', phase: 'Succeeded', snapshots: [snapshot] }]
  const session = backupSession({
    phase: 'Succeeded',
    completionTime: at(-60),
    conditions: [ready],
    targets: [{ stats }],
  } as never)
  const caches = cachesOf(({ configurations, repositories, backups }) => {
    const spec = { recoveryPointObjective: '26h' }
    configurations.observe(configuration(spec, { lastSuccessfulTime: at(-60), conditions: [ready] }))
    const status = { id: 'f'.repeat(64), firstBackupTime: at(-90), lastBackupTime: at(-60), conditions: [ready] }
    repositories.observe(repository({}, { ...status, integrity: true, totalBytes: 5, snapshotCount: 1 }))
    backups.observe(session)
  })
  const metrics = metricsOf(caches, { pushgateway: true })
  metrics.reconcileSeconds.observe({ kind: 'BackupSession' }, 0.25)
  metrics.sessionsEnded.inc({ kind: 'BackupSession', phase: 'Succeeded' })
  metrics.bytes.count(session)
  return metrics
}

/** A backup that went well. */
export const sessionMetrics: SessionMetrics = {
  identity: { invokerKind: 'BackupConfiguration', invokerName: 'a"b\\c\n', namespace: 'shop', repository: 'store' },
  target: { kind: 'PersistentVolumeClaim', name: 'data', hostname: 'shop/data' },
  success: true,
  sessionSeconds: 12.5,
  hostSeconds: 10.25,
  now: 1_795_374_000.25,
}
const facts = { integrity: true, sizeBytes: 5, snapshotCount: 1, snapshotsCleaned: 0 }

/** What movers push, a text each. */
export const pushed = (): [string, () => Promise<string>][] => [
  ['a backup', () => backupMetrics(sessionMetrics, [snapshot])],
  ['a restore', () => restoreMetrics(sessionMetrics)],
  [
    'a repository',
    () => repositoryMetrics(sessionMetrics.identity, { backend: 's3', bucket: 'b', prefix: 'p' }, facts),
  ],
]
