import { type Group, listGroups, type Outward, removeGroup } from '../agent/pushgateway.js'
import type { Caches } from './caches.js'
import type { Settings } from './settings.js'

/**
 * Removes the Pushgateway’s groups of objects that are gone: at their deletion, and by a sweep for what was missed.
 * The Pushgateway keeps what it was given for ever, and a success gauge of a deleted policy looks healthy.
 */
export class MetricGroups {
  readonly #settings: Settings
  readonly #caches: Caches
  readonly #report: (message: string) => void
  readonly #outward: Outward | undefined
  #reachable: boolean | undefined

  constructor(settings: Settings, caches: Caches, report: (message: string) => void, outward?: Outward) {
    this.#settings = settings
    this.#caches = caches
    this.#report = report
    this.#outward = outward
  }

  /** Whether the Pushgateway answered when it was last asked; undefined before that, and without one. */
  get reachable(): boolean | undefined {
    return this.#reachable
  }

  /** Removes one group of this cluster; a Pushgateway that does not answer is left to the sweep. */
  async remove(kind: string, namespace: string, name: string): Promise<void> {
    if (this.#settings.pushgatewayUrl === '') return
    const group: Group = { cluster: this.#settings.clusterName, namespace, invokerKind: kind, invokerName: name }
    try {
      await removeGroup(this.#settings.pushgatewayUrl, group, this.#outward)
      this.#reachable = true
    } catch (error) {
      this.#reachable = false
      this.#report(`the metrics of ${kind} ${namespace}/${name} could not be removed: ${String(error)}`)
    }
  }

  /** Removes the groups of this cluster whose object is not there. */
  async sweep(): Promise<void> {
    if (this.#settings.pushgatewayUrl === '') return
    try {
      const groups = await listGroups(this.#settings.pushgatewayUrl, this.#outward)
      this.#reachable = true
      for (const labels of groups) await this.#sweepGroup(labels)
    } catch (error) {
      this.#reachable = false
      this.#report(`the Pushgateway could not be swept: ${String(error)}`)
    }
  }

  async #sweepGroup(labels: Readonly<Record<string, string>>): Promise<void> {
    const { job, cluster = '', namespace, invoker_kind: kind, invoker_name: name } = labels
    if (job !== 'holdfast' || cluster !== this.#settings.clusterName) return
    if (namespace === undefined || kind === undefined || name === undefined || this.#exists(kind, namespace, name))
      return
    await this.remove(kind, namespace, name)
  }

  #exists(kind: string, namespace: string, name: string): boolean {
    const { configurations, restores, repositories } = this.#caches
    if (kind === 'BackupConfiguration') return configurations.get(name, namespace) !== undefined
    if (kind === 'RestoreSession') return restores.get(name, namespace) !== undefined
    return kind === 'Repository' ? repositories.get(name, namespace) !== undefined : true
  }
}
