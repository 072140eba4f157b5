import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Chart } from 'cdk8s'
import { labels } from '../../lib/api/group.js'
import { triggerName } from '../../lib/names.js'
import { BACKUP_SESSIONS, type BackupSessionObject, REPOSITORIES } from '../../runtime/controller/objects.js'
import { hasEnded } from '../../runtime/controller/session/session-status.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import type { Resource } from '../../runtime/kube/resource.js'
import type { KubeObject as StoredObject } from '../../sandbox/index.js'
import { apply } from '../behaviour/apply.js'
import { manualSession } from '../behaviour/manual-session.js'
import { compiled } from '../behaviour/policy.js'
import { type Ground, image } from './ground.js'
import { runs, type SceneChange } from './oracles/scene.js'
import { namespace } from './place.js'

/** Longest that something undisturbed takes, in virtual milliseconds. */
const patience = 30 * 60_000

/** What a flow can do to the world: as people, git, schedules and nodes do. */
export class Stage {
  readonly #ground: Ground
  readonly #withheld: readonly KubeObject[]

  constructor(ground: Ground, withheld: readonly KubeObject[]) {
    this.#ground = ground
    this.#withheld = withheld
  }

  /** What hooks asked of the application so far: `POST /freeze`. */
  get requests(): readonly string[] {
    return this.#ground.hookRequests
  }

  /** Applies what a person adds to the policies later. */
  async add(build: (chart: Chart) => void): Promise<void> {
    const added = compiled(image, { namespace }, build).filter(each => each.kind !== 'Repository')
    await apply(this.#ground.client, added)
  }

  /** Applies what the flow has withheld so far. */
  async supply(): Promise<void> {
    await apply(this.#ground.client, this.#withheld)
  }

  /** Lets virtual milliseconds pass. */
  async pass(ms: number): Promise<void> {
    await this.#ground.clock.advance(ms)
  }

  /** Starts the Job of a policy's CronJob, as its minute does. */
  async fire(policy: string): Promise<void> {
    this.#ground.fire(namespace, triggerName(policy))
  }

  /** Makes a session by hand. */
  async backUp(policy: string, name?: string): Promise<void> {
    await this.#ground.client.create(BACKUP_SESSIONS, manualSession(namespace, policy, name))
  }

  /** Backs up, and waits until retention and checks have followed. */
  async backedUp(policy: string): Promise<void> {
    await this.backUp(policy, `${policy}-manual-before`)
    await this.until('the backup before', async () => {
      const { items } = await this.#ground.client.list<BackupSessionObject>(BACKUP_SESSIONS, { namespace })
      const repositories = await this.#ground.client.list(REPOSITORIES, { namespace })
      const maintained = repositories.items.every(
        each => (each['status'] as { lastForgetTime?: string } | undefined)?.lastForgetTime !== undefined,
      )
      return items.every(hasEnded) && maintained
    })
    await this.#ground.clock.advance(60_000)
  }

  /** Waits, in virtual time. Throws Error when it takes half an hour. */
  async until(what: string, reached: () => boolean | Promise<boolean>): Promise<void> {
    const end = this.#ground.clock.now() + patience
    while (!(await reached())) {
      if (this.#ground.clock.now() > end) throw new Error(`${what} does not come to its end`)
      await this.#ground.clock.advance(1000)
    }
  }

  /** Acts once, when a change of the store is the one that was waited for. */
  once(awaited: (change: SceneChange) => boolean, act: (change: SceneChange) => void | Promise<void>): void {
    const stop = this.#ground.subscribe(change => {
      if (!awaited(change)) return
      stop()
      void act(change)
    })
  }

  /** Acts once, when the mover of a session runs. */
  onceMoverRuns(act: (session: string) => void | Promise<void>): void {
    const session = ({ object }: SceneChange) => object.metadata.labels?.[labels.session]
    this.once(
      change => change.resource === 'pods' && session(change) !== undefined && runs(change.object),
      change => act(session(change) ?? ''),
    )
  }

  /** Evicts the pod of a session as soon as this step of it comes to its first restic call. */
  evictAt(step: string): void {
    this.#ground.evictAt(step)
  }

  async remove(resource: Resource, name: string): Promise<void> {
    await this.#ground.client.delete(resource, name, namespace)
  }

  /** Writes a file into a claim. */
  write(claim: string, path: string, content: string): void {
    const file = join(this.#ground.claimFolder(namespace, claim), path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }

  /** Takes a file of a claim from everybody but root. */
  lock(claim: string, path: string): void {
    const file = join(this.#ground.claimFolder(namespace, claim), path)
    chownSync(file, 0, 0)
    chmodSync(file, 0o600)
  }

  /** Lets time pass over the slot of a policy while its CronJob does nothing. */
  async missSlot(policy: string): Promise<void> {
    await this.#ground.missSlot(namespace, triggerName(policy))
  }

  /** The live objects of a resource in the flow's namespace. */
  list(resource: string): readonly StoredObject[] {
    return this.#ground.list(resource).filter(each => each.metadata.namespace === namespace)
  }
}
