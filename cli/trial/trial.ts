import { setTimeout as sleep } from 'node:timers/promises'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  type ConfigurationObject,
  RESTORE_SESSIONS,
} from '../../runtime/controller/objects.js'
import { followSession } from '../cluster/follow.js'
import { manualSession } from '../cluster/manual-session.js'
import type { SessionView } from '../cluster/timeline.js'
import { Board } from '../display/board.js'
import type { Terminal } from '../display/terminal.js'
import { UserError } from '../user-error.js'
import { showFailure } from './failure.js'
import { repositoryOf } from './local-store.js'
import { followMaintenance } from './maintenance.js'
import { nameOf, type PolicySet } from './policy-set.js'
import { restoreOf } from './restore.js'
import { damage, differences, type Fingerprints, fingerprints } from './sample-files.js'
import { create, type Stage } from './stage.js'

const every = 60
const sessionPatience = 120_000

/** A volume with files in it. */
export interface Source {
  readonly configuration: ConfigurationObject
  /** The folder that holds the example files. */
  readonly folder: string
}

/** Takes policies through backup, maintenance, loss and restore, on a stage that is set. */
export class Trial {
  readonly #stage: Stage
  readonly #set: PolicySet
  readonly #terminal: Terminal
  readonly #signal: AbortSignal

  constructor(stage: Stage, set: PolicySet, terminal: Terminal, signal: AbortSignal) {
    this.#stage = stage
    this.#set = set
    this.#terminal = terminal
    this.#signal = signal
  }

  /** Fires every policy’s CronJob now and follows its session. Throws UserError when one does not succeed. */
  async backUp(sources: readonly Source[]): Promise<void> {
    const sessions = await Promise.all(sources.map(({ configuration }) => this.#trigger(configuration)))
    for (const [index, { configuration }] of sources.entries()) {
      const { namespace = '' } = configuration.metadata
      const claim = configuration.spec.target.ref.name
      this.#terminal.title(`Backup of ${namespace}/${claim}`, occasion(configuration))
      const view = await this.#follow(BACKUP_SESSIONS, sessions[index] ?? '', namespace)
      if (view.session.status?.phase !== 'Succeeded') {
        await showFailure(this.#stage, view, this.#terminal)
        throw new UserError(`the backup of ${namespace}/${claim} did not succeed`)
      }
    }
  }

  /** Waits for retention, check and prune of every Repository that was written to. Throws UserError when one found damage. */
  async maintain(): Promise<void> {
    const used = new Set(this.#set.configurations.map(repositoryOf))
    for (const repository of this.#set.repositories.filter(each => used.has(nameOf(each)))) {
      const { name, namespace = '' } = repository.metadata
      this.#terminal.title(`Maintenance of ${namespace}/${name}`, 'a Job of its own, after the backup')
      const { status } = await followMaintenance(this.#stage, name, namespace, new Board(this.#terminal), this.#signal)
      if (status?.integrity !== true) throw new UserError(`the integrity of ${namespace}/${name} was not verified`)
    }
  }

  /** Damages every volume, restores it, and compares. Throws UserError when a file is not what it was. */
  async loseAndRestore(sources: readonly Source[]): Promise<void> {
    for (const source of sources) {
      const before = fingerprints(source.folder)
      this.#lose(source)
      await this.#restore(source)
      this.#compare(source, before)
    }
  }

  async #trigger(configuration: ConfigurationObject): Promise<string> {
    const { name, namespace = '' } = configuration.metadata
    const cronJob = this.#set.others.find(
      object =>
        object.kind === 'CronJob' &&
        object.metadata.namespace === namespace &&
        object.metadata.labels?.['holdfast.dev/configuration'] === name,
    )
    if (cronJob === undefined || configuration.spec.paused === true) {
      const session = manualSession(name, namespace)
      await create(this.#stage.client, [session])
      return session.metadata.name
    }
    this.#stage.sandbox.fire(namespace, cronJob.metadata.name)
    return await this.#sessionOf(name, namespace)
  }

  async #sessionOf(configuration: string, namespace: string): Promise<string> {
    for (
      const end = Date.now() + sessionPatience;
      Date.now() < end;
      await sleep(every, undefined, { signal: this.#signal })
    ) {
      this.#stage.controller.check()
      const { items } = await this.#stage.client.list<BackupSessionObject>(BACKUP_SESSIONS, { namespace })
      const mine = items.find(session => session.spec.invoker.name === configuration)
      if (mine !== undefined) return mine.metadata.name
    }
    throw new UserError(
      `the CronJob of ${namespace}/${configuration} made no BackupSession within ${sessionPatience / 1000} s`,
    )
  }

  #follow(resource: typeof BACKUP_SESSIONS, name: string, namespace: string): Promise<SessionView> {
    const board = new Board(this.#terminal)
    return followSession(this.#stage.client, resource, name, namespace, board, {
      every,
      limit: sessionPatience,
      signal: this.#signal,
    })
  }

  #lose({ configuration, folder }: Source): void {
    const { red, dim } = this.#terminal.colours
    const { deleted, corrupted } = damage(folder)
    this.#terminal.title(
      'Disaster',
      `in ${configuration.metadata.namespace}/${configuration.spec.target.ref.name}, on purpose`,
    )
    this.#terminal.line(`  ${red('✘')} ${deleted}  ${dim('deleted')}`)
    this.#terminal.line(`  ${red('✘')} ${corrupted}  ${dim('overwritten with other bytes')}`)
  }

  async #restore({ configuration }: Source): Promise<void> {
    const { name, namespace = '' } = configuration.metadata
    const restore = restoreOf(configuration, `${name}-restore`)
    await create(this.#stage.client, [restore])
    const { overwrite } = restore['spec'] as { overwrite: string }
    this.#terminal.title(
      `Restore of ${namespace}/${configuration.spec.target.ref.name}`,
      `latest snapshot, overwrite: ${overwrite}`,
    )
    const view = await this.#follow(RESTORE_SESSIONS, restore.metadata.name, namespace)
    if (view.session.status?.phase === 'Succeeded') return
    await showFailure(this.#stage, view, this.#terminal)
    throw new UserError(`the restore of ${namespace}/${configuration.spec.target.ref.name} did not succeed`)
  }

  #compare({ folder }: Source, before: Fingerprints): void {
    const different = differences(before, fingerprints(folder))
    if (different.length > 0)
      throw new UserError(`after the restore, files differ from the originals: ${different.join(', ')}`)
    this.#terminal.done(
      this.#terminal.colours.bold(`all ${before.size} files equal the originals`),
      'SHA-256 and mode of each',
    )
  }
}

function occasion({ spec }: ConfigurationObject): string {
  return spec.paused === true ? 'the policy is paused: started by hand' : `schedule ${spec.schedule}, fired now`
}
