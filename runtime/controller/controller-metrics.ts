import { Counter, Histogram, Registry } from 'prom-client'
import type { Clock } from '../kube/clock.js'
import { BytesMetrics } from './bytes-metrics.js'
import type { CacheName, Caches } from './caches.js'
import { collectedGauge, type SetSeries } from './collected-gauge.js'
import { createdAt, type SessionObject } from './objects.js'
import { addPolicyGauges } from './policy-gauges.js'
import { addRepositoryGauges } from './repository-gauges.js'
import { hasBegun, hasEnded } from './session/session-status.js'
import type { WorkQueue } from './work-queue.js'

/** What the metrics are read from. */
export interface ObservedByMetrics {
  readonly caches: Caches
  readonly queue: Pick<WorkQueue, 'depth'>
  readonly clock: Clock
  readonly isLeader: () => boolean
  /** Whether the Pushgateway answered when it was last asked; undefined while it was not. */
  readonly pushgateway: () => boolean | undefined
}

/** The controller’s own metrics, and the facts of every configuration, read from its caches when they are asked for. */
export class ControllerMetrics {
  readonly registry = new Registry()
  readonly reconcileSeconds: Histogram<'kind'>
  readonly reconcileErrors: Counter<'kind'>
  readonly sessionsEnded: Counter<'kind' | 'phase'>
  readonly bytes: BytesMetrics

  constructor({ caches, queue, clock, isLeader, pushgateway }: ObservedByMetrics) {
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
    const open = () => [...caches.backups.list(), ...caches.restores.list()].filter(each => !hasEnded(each))
    this.#gauge('holdfast_controller_sessions', 'Sessions that have not ended', ['state'], set => {
      const all = open()
      set({ state: 'running' }, all.filter(hasBegun).length)
      set({ state: 'pending' }, all.filter(each => !hasBegun(each)).length)
    })
    this.#gauge(
      'holdfast_controller_longest_wait_seconds',
      'Age of the oldest session that has not begun; 0 when none waits',
      [],
      set => set({}, longestWait(open(), clock.date())),
    )
    this.#gauge('holdfast_controller_leader', 'Whether this controller is the one that works', [], set =>
      set({}, Number(isLeader())),
    )
    this.#gauge(
      'holdfast_controller_pushgateway_reachable',
      'Whether the Pushgateway answered when the controller last asked it',
      [],
      set => {
        const answered = pushgateway()
        if (answered !== undefined) set({}, Number(answered))
      },
    )
    this.bytes = new BytesMetrics(this.registry, caches)
    addPolicyGauges(this.registry, caches, clock)
    addRepositoryGauges(this.registry, caches)
  }

  #gauge(name: string, help: string, labelNames: readonly string[], collect: (set: SetSeries) => void): void {
    collectedGauge(this.registry, { name, help, labelNames }, collect)
  }
}

/** Age in seconds of the oldest session that has not begun; 0 when none waits. */
function longestWait(open: readonly SessionObject[], now: Date): number {
  const waiting = open.filter(each => !hasBegun(each)).map(each => createdAt(each).getTime())
  return waiting.length === 0 ? 0 : Math.max(0, (now.getTime() - Math.min(...waiting)) / 1000)
}
