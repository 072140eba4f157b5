import type { BackupSessionObject, RestoreSessionObject } from '../../../runtime/controller/objects.js'
import { addRestore } from '../../behaviour/added-backup.js'
import { backUp } from '../../behaviour/await-session.js'
import { ownTask, type Step } from '../../behaviour/own-task.js'
import { podRunning } from '../../behaviour/session-end.js'
import { startSession } from '../../behaviour/started-session.js'
import type { Ground } from './ground.js'
import { fill, makeSite, midst, type Site } from './site.js'

/** The sessions that a fault interrupts. */
export interface Underway {
  readonly upload: BackupSessionObject
  readonly stored: BackupSessionObject
  readonly restore: RestoreSessionObject
}

const gate: Step = {
  name: 'gate',
  script: "trap 'exit 143' TERM; until [ -e /holdfast-data/open ]; do sleep 0.2; done",
  target: true,
}

/** Four flows, each of them stopped in its midst: a fault meets them all at once. */
export class Scene {
  readonly namespace: string
  /** Where restores come from; it is the same for every scene. */
  readonly archive: Site
  readonly upload: Site
  readonly stored: Site
  readonly kept: Site
  readonly #ground: Ground

  private constructor(
    ground: Ground,
    namespace: string,
    sites: Record<'archive' | 'upload' | 'stored' | 'kept', Site>,
  ) {
    this.#ground = ground
    this.namespace = namespace
    this.archive = sites.archive
    this.upload = sites.upload
    this.stored = sites.stored
    this.kept = sites.kept
  }

  static async prepare(ground: Ground, archive: Site): Promise<Scene> {
    const namespace = await ground.world.namespace()
    ground.namespaces.add(namespace)
    const { host, port } = ground.hooks
    const hooks = (flow: string) => ({
      preBackup: { httpGet: { host, port, path: `/${namespace}/${flow}/before` } },
      postBackup: { httpGet: { host, port, path: `/${namespace}/${flow}/after` } },
    })
    const [upload, stored, kept] = await Promise.all([
      makeSite(ground, namespace, 'upload', () => ({
        hooks: hooks('upload'),
        retryConfig: { maxRetry: 1, delay: '1s' },
      })),
      makeSite(ground, namespace, 'stored', chart => ({
        hooks: hooks('stored'),
        task: ownTask(chart, ground.world.image, 'stored', ['pvc-backup', gate, 'update-status']),
      })),
      makeSite(ground, namespace, 'kept'),
    ])
    await fill(upload.files, 4)
    await stored.files.write('a.txt', 'a\n')
    await kept.files.write('a.txt', 'a\n')
    return new Scene(ground, namespace, { archive, upload, stored, kept })
  }

  /** Begins all flows and waits until each is in its midst. */
  async begin(): Promise<Underway> {
    const [upload, stored, restore] = await Promise.all([
      this.#uploading(),
      this.#waiting(),
      this.#restoring(),
      this.#maintaining(),
    ])
    return { upload, stored, restore }
  }

  /** Lets all flows go on. */
  async goOn(): Promise<void> {
    for (const { door } of [this.upload, this.archive, this.kept]) door.release()
    await this.stored.files.write('open', '')
  }

  /** What hooks of a flow have asked for so far, in order. */
  asked(flow: 'upload' | 'stored'): string[] {
    return this.#ground.hooks.seen(`/${this.namespace}/${flow}/`)
  }

  async #uploading(): Promise<BackupSessionObject> {
    const held = this.upload.door.hold(({ up }) => up > midst)
    const session = await startSession(this.#ground.world, this.namespace, 'upload')
    await held
    return session
  }

  async #waiting(): Promise<BackupSessionObject> {
    const session = await startSession(this.#ground.world, this.namespace, 'stored')
    await podRunning(this.#ground.world, { namespace: this.namespace, name: session.metadata.name }, 'gate')
    return session
  }

  async #restoring(): Promise<RestoreSessionObject> {
    const { world } = this.#ground
    const { namespace, claim: source, door } = this.archive
    const claim = `to-${this.namespace}`
    await world.claim(namespace, claim)
    const held = door.hold(({ down }) => down > midst)
    const rules = [{ sourceHost: `${namespace}/${source}`, snapshots: ['latest'] }]
    const bounds = { timeOut: '4m', startDeadline: '1m' }
    const session = await addRestore(world, this.archive, claim, { claim, rules, ...bounds })
    await held
    return session
  }

  /** The first request to remove a lock after the backup is retention’s: until it is through, nobody else may write. */
  async #maintaining(): Promise<void> {
    await backUp(this.#ground.world, this.namespace, 'kept')
    await this.kept.door.hold(({ request }) => /^DELETE \S*\/locks\//m.test(request))
  }
}
