import { labels } from '../../../lib/api/group.js'
import { canonicalJson } from '../../../lib/digest.js'
import { unlockJobName } from '../../../lib/names.js'
import { JOBS } from '../../kube/resource.js'
import { type Caches, storeOf } from '../caches.js'
import { goodBackupTime } from '../configuration/sessions.js'
import type { EventRecorder } from '../event-recorder.js'
import { isOver, podOfJob } from '../job-pod.js'
import type { KeyedLock } from '../keyed-lock.js'
import {
  type ConfigurationObject,
  type JobObject,
  type PodObject,
  REPOSITORIES,
  type RepositoryObject,
} from '../objects.js'
import { existingIsFine, goneIsFine } from '../repeatable-write.js'
import { rivalOf } from '../rival.js'
import type { Sources } from '../session/gather.js'
import { isFinished } from '../session/pod-verdict.js'
import { hasBegun } from '../session/session-status.js'
import { configurationsOf, maintaining, openSessions, sharedStore } from '../store-activity.js'
import { isAllowed } from '../usage.js'
import { decideRepository, type RepositoryObserved } from './decide.js'

export interface RepositoryReconcilerParts extends Sources {
  readonly events: EventRecorder
  readonly admission: KeyedLock
  readonly now: () => Date
  readonly fence: () => void
}

/** Follows and starts the maintenance of one Repository, and keeps its status. */
export class RepositoryReconciler {
  readonly #parts: RepositoryReconcilerParts

  constructor(parts: RepositoryReconcilerParts) {
    this.#parts = parts
  }

  /** Milliseconds after which the Repository wants to be looked at again. */
  async reconcile(namespace: string, name: string): Promise<number | undefined> {
    const repository = this.#parts.caches.repositories.get(name, namespace)
    if (repository === undefined) return undefined
    // The same lock as for sessions: maintenance and a session must not both see an idle store.
    return this.#parts.admission.run(storeOf(repository), () => this.#step(namespace, name))
  }

  async #step(namespace: string, name: string): Promise<number | undefined> {
    const { caches, client, events, now, fence } = this.#parts
    const repository = caches.repositories.get(name, namespace)
    if (repository === undefined) return undefined
    const decision = decideRepository(await this.#gather(repository))
    fence()
    let stored = repository
    if (canonicalJson(decision.status) !== canonicalJson(repository.status ?? {})) {
      stored = await client.replaceStatus(REPOSITORIES, { ...repository, status: decision.status })
      caches.repositories.observe(stored)
    }
    if (decision.create !== undefined) await this.#create(decision.create as JobObject)
    if (decision.remove !== undefined) await this.#remove(decision.remove)
    // What lasts is said once: a failure that is the same at the next look is a condition by then.
    const isNews = stored !== repository || decision.create !== undefined || decision.remove !== undefined
    for (const note of isNews ? (decision.events ?? []) : []) events.record(stored, note)
    return decision.requeueAt === undefined ? undefined : Math.max(1000, decision.requeueAt.getTime() - now().getTime())
  }

  async #gather(repository: RepositoryObject): Promise<RepositoryObserved> {
    const { caches, settings, now } = this.#parts
    const { namespace = '', name, uid } = repository.metadata
    const shared = sharedStore(repository, caches)
    const seen = caches.jobs
      .byIndex('maintained', `${namespace}/${name}`)
      .find(each => isMaintenanceOf(each, namespace, uid))
    const { job, pod } = await this.#present(seen, namespace)
    const others = shared.filter(each => each.metadata.name !== name || each.metadata.namespace !== namespace)
    return {
      now: now(),
      settings,
      repository,
      shared,
      configurations: await this.#storedThere(repository, job === undefined),
      neighbour: configurationsOf(repository, caches).find(
        each => each.metadata.namespace === namespace && rivalOf(each, repository, caches) === undefined,
      ),
      activeSessions: openSessions(shared, caches).filter(hasBegun).length,
      otherMaintaining: maintaining(others, caches),
      job,
      pod,
      unlockJob:
        job === undefined ? undefined : caches.jobs.get(unlockJobName(name, job.metadata.uid ?? ''), namespace),
    }
  }

  // Retention removes snapshots with the Repository’s own keys: only a policy that may store there, under a host and
  // path that no other policy had before, has a say in it.
  async #storedThere(repository: RepositoryObject, onlyDue: boolean): Promise<ConfigurationObject[]> {
    const { caches, client } = this.#parts
    // Retention is owed to few; only the record of a maintenance names all.
    const all = configurationsOf(repository, caches, onlyDue ? 'due' : 'repository')
    const barred = new Set(all.map(each => each.metadata.namespace ?? ''))
    for (const namespace of barred) if (await isAllowed(repository, namespace, client)) barred.delete(namespace)
    return all
      .filter(each => !barred.has(each.metadata.namespace ?? ''))
      .filter(each => rivalOf(each, repository, caches) === undefined)
      .map(each => withSessions(each, caches))
  }

  // A finished Job whose pod cannot be read has perhaps been recorded and deleted, and the watches have not said so
  // yet: what they still show of it would call a good maintenance a failed one.
  async #present(seen: JobObject | undefined, namespace: string): Promise<{ job?: JobObject; pod?: PodObject }> {
    if (seen === undefined) return {}
    const { name } = seen.metadata
    const pod = await podOfJob(seen, namespace, name, this.#parts)
    const doubtful = isFinished(seen) && !isOver(pod)
    const job = doubtful ? await this.#parts.client.tryGet<JobObject>(JOBS, name, namespace) : seen
    return job === undefined ? {} : { job, ...(pod === undefined ? {} : { pod }) }
  }

  async #create(job: JobObject): Promise<void> {
    const created = await existingIsFine(() => this.#parts.client.create(JOBS, job))
    if (created !== undefined) this.#parts.caches.jobs.observe(created)
  }

  #remove({ metadata: { name, namespace, uid } }: JobObject): Promise<void> {
    return goneIsFine(() => this.#parts.client.delete(JOBS, name, namespace, { uid }))
  }
}

// Sessions are ahead of the configuration's status, which is written after them.
function withSessions(configuration: ConfigurationObject, caches: Caches): ConfigurationObject {
  const { namespace = '', name } = configuration.metadata
  const sessions = caches.backups.byIndex('configuration', `${namespace}/${name}`)
  const lastSuccessfulTime = goodBackupTime(configuration, sessions)
  return { ...configuration, status: lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime } }
}

function isMaintenanceOf(job: JobObject, namespace: string, uid: string | undefined): boolean {
  if (job.metadata.namespace !== namespace || job.metadata.labels?.[labels.job] !== 'maintain') return false
  if (job.metadata.deletionTimestamp !== undefined) return false
  return (job.metadata.ownerReferences ?? []).some(owner => owner.uid === uid)
}
