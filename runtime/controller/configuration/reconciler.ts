import { canonicalJson } from '../../../lib/digest.js'
import { triggerName } from '../../../lib/names.js'
import { defaultHistoryLimit } from '../../../lib/resolver-defaults.js'
import { eventNotes } from '../event-notes.js'
import type { EventRecorder } from '../event-recorder.js'
import { BACKUP_SESSIONS, type BackupSessionObject, CONFIGURATIONS, type ConfigurationObject } from '../objects.js'
import { existingIsFine, goneIsFine } from '../repeatable-write.js'
import { rivalOf } from '../rival.js'
import type { Sources } from '../session/gather.js'
import { type ConfigurationDecision, type ConfigurationObserved, decideConfiguration } from './decide.js'

export interface ConfigurationReconcilerParts extends Sources {
  readonly events: EventRecorder
  readonly now: () => Date
  readonly fence: () => void
}

/** Keeps the status of one BackupConfiguration, makes up for a missed slot and keeps its history short. */
export class ConfigurationReconciler {
  readonly #parts: ConfigurationReconcilerParts

  constructor(parts: ConfigurationReconcilerParts) {
    this.#parts = parts
  }

  /** Milliseconds after which the configuration wants to be looked at again. */
  async reconcile(namespace: string, name: string): Promise<number | undefined> {
    const { caches, now, fence } = this.#parts
    const configuration = caches.configurations.get(name, namespace)
    if (configuration === undefined || configuration.metadata.deletionTimestamp !== undefined) return undefined
    const decision = decideConfiguration(this.#gather(configuration))
    fence()
    await this.#write(configuration, decision)
    if (decision.catchUp !== undefined) await this.#catchUp(configuration, decision.catchUp as BackupSessionObject)
    await this.#clean(configuration, decision.remove)
    return decision.requeueAt === undefined ? undefined : Math.max(1000, decision.requeueAt.getTime() - now().getTime())
  }

  #gather(configuration: ConfigurationObject): ConfigurationObserved {
    const { caches, now } = this.#parts
    const { name, namespace = '' } = configuration.metadata
    const { repository, target } = configuration.spec
    const found = caches.repositories.get(repository.name, repository.namespace ?? namespace)
    return {
      now: now(),
      configuration,
      repository: found,
      claim: caches.claims.get(target.ref.name, namespace),
      cronJob: caches.cronJobs.get(triggerName(name), namespace),
      sessions: caches.backups.byIndex('configuration', `${namespace}/${name}`),
      rival: rivalOf(configuration, found, caches),
    }
  }

  async #write(configuration: ConfigurationObject, { status }: ConfigurationDecision): Promise<void> {
    if (canonicalJson(configuration.status ?? {}) === canonicalJson(status)) return
    this.#parts.caches.configurations.observe(
      await this.#parts.client.replaceStatus(CONFIGURATIONS, { ...configuration, status }),
    )
  }

  async #catchUp(configuration: ConfigurationObject, session: BackupSessionObject): Promise<void> {
    const made = await existingIsFine(() => this.#parts.client.create(BACKUP_SESSIONS, session))
    if (made === undefined) return
    this.#parts.caches.backups.observe(made)
    this.#parts.events.record(configuration, eventNotes.caughtUp(session.metadata.name))
  }

  async #clean(configuration: ConfigurationObject, sessions: readonly BackupSessionObject[]): Promise<void> {
    if (sessions.length === 0) return
    const names = sessions.map(each => each.metadata.name)
    const limit = configuration.spec.backupHistoryLimit ?? defaultHistoryLimit
    this.#parts.events.record(configuration, eventNotes.cleaned(names, limit))
    for (const { metadata } of sessions) {
      const { name, namespace, uid } = metadata
      await goneIsFine(() => this.#parts.client.delete(BACKUP_SESSIONS, name, namespace, { uid }))
    }
  }
}
