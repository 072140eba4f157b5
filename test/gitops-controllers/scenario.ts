import { setTimeout as sleep } from 'node:timers/promises'
import { isFinal } from '../../lib/session-phase.js'
import { BACKUP_SESSIONS, type BackupSessionObject } from '../../runtime/controller/objects.js'
import type { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import { CRON_JOBS } from '../../runtime/kube/resource.js'
import { eventually } from '../behaviour/eventually.js'
import { manualSession } from '../behaviour/manual-session.js'
import { objectsIn } from '../cluster/gitops/repository.js'
import { type Cluster, nameOf } from './cluster.js'
import type { GitRepository } from './git-repository.js'
import type { Layout } from './layouts.js'
import { changed, outOfOrder, quiet, unequal } from './proofs.js'
import type { Proof, Tool } from './tool.js'

/** One tool with one repository, from an empty cluster to what is left when the tool has gone. */
export class Scenario {
  readonly #tool: Tool
  readonly #layout: Layout
  readonly #repository: GitRepository
  readonly #cluster: Cluster
  readonly #client: KubeClient
  #objects: readonly KubeObject[]

  constructor(tool: Tool, layout: Layout, repository: GitRepository, cluster: Cluster, client: KubeClient) {
    this.#tool = tool
    this.#layout = layout
    this.#repository = repository
    this.#cluster = cluster
    this.#client = client
    this.#objects = objectsIn(`${repository.folder}/dist`)
  }

  async *run(): AsyncIterable<Proof> {
    yield* this.#firstSync()
    yield await this.#lookedAtAgain('nothing is written when it looks again')
    yield* this.#backups()
    yield* this.#tool.ownProofs(this.#repository, this.#objects)
    yield await this.#editPastGit()
    yield* this.#policyLeaves()
    yield await this.#toolLeaves()
  }

  async *#firstSync(): AsyncIterable<Proof> {
    await this.#tool.handOver(this.#repository)
    await this.#tool.settled(this.#repository)
    const wrong = [...(await this.#tool.complaints()), ...(await this.#tool.unsettled())]
    const names = this.#objects.map(nameOf)
    const versions = await this.#cluster.versions(this.#objects)
    yield this.#proof('one sync brings up a new cluster, all of it well', [
      ...wrong,
      ...unequal(names, [...versions.keys()]),
    ])
    yield this.#proof('it keeps what git holds, and nothing else', unequal(names, await this.#tool.kept()))
    const late = outOfOrder(this.#objects, versions, object => this.#tool.stageOf(object, this.#layout))
    yield this.#proof('in order: definitions, control plane, policies', late)
  }

  async #lookedAtAgain(promise: string): Promise<Proof> {
    const before = await quiet(this.#cluster, this.#objects)
    await this.#tool.again(this.#repository)
    const after = await quiet(this.#cluster, this.#objects)
    const said = [...(await this.#tool.complaints()), ...(await this.#tool.unsettled())]
    return this.#proof(promise, [...changed(before, after), ...said])
  }

  /** A session of each policy, by hand and by a CronJob’s Job. */
  async *#backups(): AsyncIterable<Proof> {
    const policies = this.#objects.filter(({ kind }) => kind === 'BackupConfiguration')
    const sessions = await Promise.all(
      policies.map(({ metadata: { namespace = '', name } }) =>
        this.#client.create(BACKUP_SESSIONS, manualSession(namespace, name)),
      ),
    )
    for (const { metadata } of this.#objects.filter(({ kind }) => kind === CRON_JOBS.kind)) {
      const create = ['create', 'job', `${metadata.name}-by-hand`, `--from=cronjob/${metadata.name}`]
      await this.#cluster.kubectl([...create, '-n', metadata.namespace ?? ''])
    }
    const ended = await Promise.all(sessions.map(session => this.#ended(session)))
    const failed = ended.filter(({ status }) => status?.phase !== 'Succeeded')
    const wrong = failed.map(session => `${nameOf(session)}: ${JSON.stringify(session.status)}`)
    yield { promise: 'backups succeed', objects: ended.length, wrong }
    const proof = await this.#lookedAtAgain('nothing is written after backups')
    const made = await this.#made()
    const before = await this.#cluster.versions(made)
    await this.#tool.again(this.#repository)
    yield proof
    const gone = changed(before, await this.#cluster.versions(made))
    yield { promise: 'sessions and Jobs are left alone', objects: made.length, wrong: gone }
  }

  async #ended({ metadata: { name, namespace } }: KubeObject): Promise<BackupSessionObject> {
    const read = () => this.#client.get<BackupSessionObject>(BACKUP_SESSIONS, name, namespace)
    return eventually(
      async () => {
        const session = await read()
        return isFinal(session.status?.phase) ? session : undefined
      },
      180,
      async () => JSON.stringify(await read()),
    )
  }

  /** What the runtime has made: sessions and Jobs. */
  async #made(): Promise<KubeObject[]> {
    const kinds = ['backupsessions.holdfast.dev', 'jobs.batch']
    return (await Promise.all(kinds.map(kind => this.#cluster.list(kind, '-A')))).flat()
  }

  async #editPastGit(): Promise<Proof> {
    const edited = this.#objects.filter(({ kind }) => kind === CRON_JOBS.kind)
    const before = await this.#schedules(edited)
    for (const { metadata } of edited) {
      const patch = ['patch', 'cronjob', metadata.name, '-n', metadata.namespace ?? '', '--type=merge', '-p']
      await this.#cluster.kubectl([...patch, '{"spec":{"schedule":"59 23 31 12 *"}}'])
    }
    await this.#tool.again(this.#repository)
    let wrong = ['not read yet']
    // Argo CD looks, and then mends.
    for (let attempt = 0; wrong.length > 0 && attempt < 30; attempt++) {
      if (attempt > 0) await sleep(1_000)
      wrong = unequal(before, await this.#schedules(edited))
    }
    return { promise: 'an edit past git is reverted', objects: edited.length, wrong }
  }

  async #schedules(cronJobs: readonly KubeObject[]): Promise<string[]> {
    const read = cronJobs.map(({ metadata }) => this.#client.get(CRON_JOBS, metadata.name, metadata.namespace))
    return (await Promise.all(read)).map(
      each => `${nameOf(each)} ${(each as { spec?: { schedule?: string } }).spec?.schedule}`,
    )
  }

  async *#policyLeaves(): AsyncIterable<Proof> {
    const { leaving, pausing } = this.#layout
    const before = await quiet(this.#cluster, this.#objects)
    const made = await this.#made()
    const others = made.filter(object => !isOf(object, leaving))
    this.#layout.change(this.#repository)
    this.#repository.commit(`Back up ${leaving.namespace}/${leaving.name} no more, and pause another`)
    const rest = objectsIn(`${this.#repository.folder}/dist`)
    const left = rest.map(nameOf)
    const gone = this.#objects.map(nameOf).filter(each => !left.includes(each))
    await this.#tool.again(this.#repository)
    const paused = `BackupConfiguration/${pausing.namespace}/${pausing.name}: was written to`
    const there = changed(before, await quiet(this.#cluster, this.#objects))
    const wrong = unequal([...gone.map(each => `${each}: is gone`), paused], there)
    const promise = 'a policy that leaves git takes its own objects with it, and no other, while another pauses'
    yield { promise, objects: gone.length, wrong }
    this.#objects = rest
    const remains = async () => (await this.#made()).filter(object => isOf(object, leaving)).map(nameOf)
    await eventually(
      async () => ((await remains()).length === 0 ? true : undefined),
      60,
      async () => (await remains()).join(', '),
    )
    const still = (await this.#made()).map(nameOf)
    const taken = others.map(nameOf).filter(each => !still.includes(each))
    yield { promise: 'and its sessions and Jobs, and those of no other policy', objects: made.length, wrong: taken }
  }

  async #toolLeaves(): Promise<Proof> {
    const before = await quiet(this.#cluster, this.#objects)
    await this.#tool.letGo()
    const after = await quiet(this.#cluster, this.#objects)
    return this.#proof('deleting the tool’s own objects leaves all others', changed(before, after))
  }

  #proof(promise: string, wrong: readonly string[]): Proof {
    return { promise, objects: this.#objects.length, wrong }
  }
}

/** Whether a session or a Job is one of a policy: their names begin with the policy’s. */
function isOf({ metadata }: KubeObject, { namespace, name }: Layout['leaving']): boolean {
  return metadata.namespace === namespace && metadata.name.startsWith(`${name}-`)
}
