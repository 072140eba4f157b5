import { Counter, type Registry } from 'prom-client'
import type { Caches } from './caches.js'
import { collectedGauge } from './collected-gauge.js'
import type { BackupSessionObject, ConfigurationObject } from './objects.js'

/** What a session moved, as restic counts it. */
export interface SessionBytes {
  /** Bytes that the repository grew by: compressed, and only what it had not already (restic: data_added_packed). */
  readonly added: number
  /** Bytes of all files that were read (restic: total_bytes_processed). */
  readonly processed: number
}

/** What a session stored; undefined for one of which the repository confirmed nothing. */
export function bytesOf({ status }: BackupSessionObject): SessionBytes | undefined {
  const stats = (status?.targets ?? []).flatMap(target => target.stats ?? [])
  const snapshots = stats.flatMap(each => each.snapshots ?? [])
  if (snapshots.length === 0) return undefined
  const sum = (key: 'uploadedBytes' | 'totalBytes') => snapshots.reduce((all, each) => all + (each[key] ?? 0), 0)
  return { added: sum('uploadedBytes'), processed: sum('totalBytes') }
}

const policyLabels = ['namespace', 'configuration'] as const
const storeLabels = [...policyLabels, 'repository_namespace', 'repository'] as const

/** Bytes of sessions: of each policy’s newest one, and of all since the start, by policy and repository. */
export class BytesMetrics {
  readonly #caches: Caches
  readonly #added: Counter<(typeof storeLabels)[number]>
  readonly #processed: Counter<(typeof storeLabels)[number]>

  constructor(registry: Registry, caches: Caches) {
    this.#caches = caches
    const counter = (name: string, help: string) =>
      new Counter({ name: `holdfast_backup_${name}`, help, labelNames: storeLabels, registers: [registry] })
    this.#added = counter('added_bytes_total', 'Bytes that sessions added to their repository since the start')
    this.#processed = counter('processed_bytes_total', 'Bytes that sessions read since the start')
    const gauge = (name: string, help: string, value: (bytes: SessionBytes) => number) =>
      collectedGauge(registry, { name: `holdfast_backup_${name}`, help, labelNames: policyLabels }, set => {
        for (const { metadata } of caches.configurations.list()) {
          const { namespace = '', name: configuration } = metadata
          const bytes = this.#newest(namespace, configuration)
          if (bytes !== undefined) set({ namespace, configuration }, value(bytes))
        }
      })
    gauge(
      'last_added_bytes',
      'Bytes that the newest session with a snapshot added to its repository',
      ({ added }) => added,
    )
    gauge('last_processed_bytes', 'Bytes that the newest session with a snapshot read', ({ processed }) => processed)
  }

  /** Counts a session that has just ended. */
  count(session: BackupSessionObject): void {
    const { namespace = '' } = session.metadata
    const configuration = this.#caches.configurations.get(session.spec.invoker.name, namespace)
    const bytes = bytesOf(session)
    if (configuration === undefined || bytes === undefined) return
    const labels = labelsOf(configuration)
    this.#added.inc(labels, bytes.added)
    this.#processed.inc(labels, bytes.processed)
  }

  /** Forgets a policy that is gone. */
  remove(configuration: ConfigurationObject): void {
    this.#added.remove(labelsOf(configuration))
    this.#processed.remove(labelsOf(configuration))
  }

  #newest(namespace: string, configuration: string): SessionBytes | undefined {
    let newest: BackupSessionObject | undefined
    for (const each of this.#caches.backups.byIndex('configuration', `${namespace}/${configuration}`)) {
      const isNewer = (each.metadata.creationTimestamp ?? '') > (newest?.metadata.creationTimestamp ?? '')
      if (isNewer && bytesOf(each) !== undefined) newest = each
    }
    return newest === undefined ? undefined : bytesOf(newest)
  }
}

function labelsOf({ metadata, spec }: ConfigurationObject): Record<(typeof storeLabels)[number], string> {
  const { namespace = '', name } = metadata
  const { repository } = spec
  return {
    ...{ namespace, configuration: name },
    ...{ repository_namespace: repository.namespace ?? namespace, repository: repository.name },
  }
}
