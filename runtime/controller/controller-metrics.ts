import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { parseDuration } from '../../lib/duration.js'
import type { Clock } from '../kube/clock.js'
import type { CacheName, Caches } from './caches.js'
import { createdAt } from './objects.js'
import { hasBegun, hasEnded } from './session/session-status.js'
import type { WorkQueue } from './work-queue.js'

/** The controller’s own metrics, and the facts of every configuration, read from its caches when they are asked for. */
export class ControllerMetrics {
  readonly registry = new Registry()
  readonly reconcileSeconds: Histogram<'kind'>
  readonly reconcileErrors: Counter<'kind'>
  readonly sessionsEnded: Counter<'kind' | 'phase'>

  constructor(caches: Caches, queue: WorkQueue, clock: Clock) {
    const registers = [this.registry]
    this.reconcileSeconds = new Histogram({
      name: 'holdfast_controller_reconcile_duration_seconds',
      help: 'Time of one reconcile',
      labelNames: ['kind'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    })
    this.reconcileErrors = new Counter({
      name: 'holdfast_controller_reconcile_errors_total',
      help: 'Reconciles that failed and are retried',
      labelNames: ['kind'],
      registers,
    })
    this.sessionsEnded = new Counter({
      name: 'holdfast_controller_sessions_ended_total',
      help: 'Sessions that ended since the start',
      labelNames: ['kind', 'phase'],
      registers,
    })
    for (const kind of ['BackupSession', 'RestoreSession', 'Repository', 'BackupConfiguration'])
      this.reconcileErrors.inc({ kind }, 0)
    for (const phase of ['Succeeded', 'PartiallySucceeded', 'Failed', 'Skipped']) {
      this.sessionsEnded.inc({ kind: 'BackupSession', phase }, 0)
      if (phase !== 'PartiallySucceeded') this.sessionsEnded.inc({ kind: 'RestoreSession', phase }, 0)
    }
    this.#gauge('holdfast_controller_queue_depth', 'Keys that wait for a reconcile', [], set => set({}, queue.depth))
    this.#gauge(
      'holdfast_controller_watch_age_seconds',
      'Time since the last contact of a watch',
      ['resource'],
      set => {
        for (const name of Object.keys(caches) as CacheName[])
          set({ resource: name }, (clock.now() - caches[name].lastContactAt) / 1000)
      },
    )
    this.#gauge('holdfast_controller_relists', 'Complete lists of a resource since the start', ['resource'], set => {
      for (const name of Object.keys(caches) as CacheName[]) set({ resource: name }, caches[name].relists)
    })
    this.#gauge('holdfast_controller_sessions', 'Sessions that have not ended', ['state'], set => {
      const open = [...caches.backups.list(), ...caches.restores.list()].filter(each => !hasEnded(each))
      set({ state: 'running' }, open.filter(hasBegun).length)
      set({ state: 'pending' }, open.filter(each => !hasBegun(each)).length)
    })
    this.#configurationGauges(caches, clock)
  }

  #configurationGauges(caches: Caches, clock: Clock): void {
    const labelNames = ['namespace', 'configuration']
    const each = (
      set: (labels: Record<string, string>, value: number) => void,
      value: (configuration: ReturnType<Caches['configurations']['list']>[number]) => number | undefined,
    ) => {
      for (const configuration of caches.configurations.list()) {
        const number = value(configuration)
        if (number !== undefined)
          set({ namespace: configuration.metadata.namespace ?? '', configuration: configuration.metadata.name }, number)
      }
    }
    const last = (configuration: ReturnType<Caches['configurations']['list']>[number]) =>
      configuration.status?.lastSuccessfulTime
    this.#gauge(
      'holdfast_backup_last_success_time_seconds',
      'Unix time of the newest good backup; 0 when there is none',
      labelNames,
      set => each(set, one => new Date(last(one) ?? 0).getTime() / 1000),
    )
    this.#gauge(
      'holdfast_backup_recovery_point_age_seconds',
      'Age of the newest good backup, or of the configuration when there is none',
      labelNames,
      set => each(set, one => (clock.date().getTime() - new Date(last(one) ?? createdAt(one)).getTime()) / 1000),
    )
    this.#gauge(
      'holdfast_backup_recovery_point_objective_seconds',
      'Oldest that the newest good backup may be',
      labelNames,
      set =>
        each(set, one =>
          one.spec.recoveryPointObjective === undefined
            ? undefined
            : parseDuration(one.spec.recoveryPointObjective) / 1000,
        ),
    )
    this.#gauge('holdfast_backup_paused', 'Whether scheduled sessions are skipped', labelNames, set =>
      each(set, one => Number(one.spec.paused ?? false)),
    )
    this.#gauge(
      'holdfast_repository_integrity_verified',
      'Whether the last check found no damage',
      ['namespace', 'repository'],
      set => {
        for (const { metadata, status } of caches.repositories.list()) {
          if (status?.integrity !== undefined)
            set({ namespace: metadata.namespace ?? '', repository: metadata.name }, Number(status.integrity))
        }
      },
    )
  }

  #gauge(
    name: string,
    help: string,
    labelNames: string[],
    collect: (set: (labels: Record<string, string>, value: number) => void) => void,
  ): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect: () => {
        gauge.reset()
        collect((labels, value) => gauge.set(labels, value))
      },
    })
  }
}
