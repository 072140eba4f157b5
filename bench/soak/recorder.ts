import { isFinal } from '../../lib/session-phase.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  isBackup,
  RESTORE_SESSIONS,
  type SessionObject,
} from '../../runtime/controller/objects.js'
import { recordedIds } from '../../test/cluster/faults/ending.js'
import type { Ground } from '../../test/cluster/faults/ground.js'
import { systemPods } from '../../test/cluster/faults/wholeness.js'

const pause = 1_000
const memoryEvery = 15

/** Every session as it was last seen, the deleted ones too, and how the controller fares. */
export class Recorder {
  /** By uid. */
  readonly sessions = new Map<string, SessionObject>()
  /** Resident memory of the controller, in bytes, in order. */
  readonly memory: number[] = []
  /** Containers that the controller has had. */
  readonly controllers = new Set<string>()
  readonly #ground: Ground
  readonly #running: Promise<void>
  #stopped = false

  constructor(ground: Ground) {
    this.#ground = ground
    this.#running = this.#run()
  }

  /** Looks for the last time, and loudly: what is read here is what the audit is about. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
    await this.#look()
    await this.#lookMemory()
  }

  named(namespace: string, name: string): SessionObject | undefined {
    return [...this.sessions.values()].find(
      ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
    )
  }

  get open(): SessionObject[] {
    return [...this.sessions.values()].filter(session => !isFinal(session.status?.phase))
  }

  get backups(): BackupSessionObject[] {
    return [...this.sessions.values()].filter(isBackup)
  }

  /** The session whose status records a snapshot. */
  sessionOf(snapshot: string): BackupSessionObject | undefined {
    return this.backups.find(session => recordedIds(session).includes(snapshot))
  }

  async #run(): Promise<void> {
    for (let round = 0; !this.#stopped; round++) {
      // Faults make the API server or the controller go away; the next round tells what was missed.
      await this.#look().catch(() => undefined)
      if (round % memoryEvery === 0) await this.#lookMemory().catch(() => undefined)
      await new Promise(resolve => setTimeout(resolve, pause))
    }
  }

  async #look(): Promise<void> {
    const client = this.#ground.client.withDeadline(5_000, 1)
    for (const namespace of this.#ground.namespaces) {
      for (const resource of [BACKUP_SESSIONS, RESTORE_SESSIONS]) {
        const { items } = await client.list<SessionObject>(resource, { namespace })
        for (const session of items) this.sessions.set(session.metadata.uid ?? '', session)
      }
    }
  }

  async #lookMemory(): Promise<void> {
    for (const { status } of await systemPods(this.#ground.client.withDeadline(5_000, 1), 'controller')) {
      for (const each of status?.containerStatuses ?? []) {
        const { containerID = '' } = each as { containerID?: string }
        if (containerID !== '') this.controllers.add(containerID)
      }
    }
    const found = /^process_resident_memory_bytes (\S+)/m.exec(await this.#ground.world.controllerMetrics())
    if (found?.[1] !== undefined) this.memory.push(Number(found[1]))
  }
}
