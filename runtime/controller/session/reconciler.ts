import { labels, managedBy } from '../../../lib/api/group.js'
import { canonicalJson } from '../../../lib/digest.js'
import { labelValue } from '../../../lib/names.js'
import { storeKey } from '../../../lib/repository-url.js'
import { ApiError } from '../../kube/api-error.js'
import { JOBS, PERSISTENT_VOLUME_CLAIMS } from '../../kube/resource.js'
import type { EventRecorder } from '../event-recorder.js'
import type { KeyedLock } from '../keyed-lock.js'
import {
  BACKUP_SESSIONS,
  type BackupSessionObject,
  isBackup,
  RESTORE_SESSIONS,
  type RestoreSessionObject,
  type SessionObject,
} from '../objects.js'
import { existingIsFine, goneIsFine } from '../repeatable-write.js'
import { learn } from '../repository/learn.js'
import type { SessionPush } from '../session-push.js'
import { checks } from './checks.js'
import { gather, type Sources } from './gather.js'
import { isOwnedBy, ownedBy } from './job.js'
import { untoldStatus } from './notification.js'
import type { Decision, Effect, SessionObserved } from './observed.js'
import { nodeOf } from './placement.js'
import { refusedStatus } from './progress.js'
import { hasBegun, hasEnded, type SessionStatus } from './session-status.js'

export interface SessionReconcilerParts extends Sources {
  readonly events: EventRecorder
  readonly push: SessionPush
  /** One at a time may be let in at a store; otherwise two would both see a free place. */
  readonly admission: KeyedLock
  readonly now: () => Date
  /** Throws when this controller may not write any more. */
  readonly fence: () => void
}

/** The first check that applies, with its name. Pure: the same observation gives the same decision. */
export function decide(observed: SessionObserved): Decision {
  for (const check of checks) {
    const decision = check.decide(observed)
    if (decision !== undefined) return { check: check.name, ...decision }
  }
  return { check: 'nothing', status: (observed.session.status ?? {}) as SessionStatus }
}

/** Brings one BackupSession or RestoreSession a step further: gather, decide, status, then at most one effect. */
export class SessionReconciler {
  readonly #parts: SessionReconcilerParts

  constructor(parts: SessionReconcilerParts) {
    this.#parts = parts
  }

  /** Milliseconds after which the session wants to be looked at again; undefined for "when something happens". */
  async reconcile(kind: SessionObject['kind'], namespace: string, name: string): Promise<number | undefined> {
    const session = this.#read(kind, namespace, name)
    if (session === undefined) return undefined
    const store = hasBegun(session) ? undefined : this.#storeOf(session)
    // Deciding and writing the attempt must be one step as seen from the other sessions of the store.
    return store === undefined
      ? this.#step(session)
      : this.#parts.admission.run(store, () => this.#step(this.#read(kind, namespace, name) ?? session))
  }

  async #step(session: SessionObject): Promise<number | undefined> {
    const { now, fence, events } = this.#parts
    const { observed, decision } = await this.#decide(await gather(session, this.#parts, now()))
    fence()
    if (decision.learned !== undefined && observed.repository !== undefined) {
      await learn(observed.repository, decision.learned, this.#parts)
    }
    // Before the end is written, for nobody looks at an ended session again: a push that was repeated says the same.
    if (decision.push === true) {
      if (!(await this.#exists(session))) return undefined
      await this.#parts.push.failed(session, decision.status, observed)
    }
    const stored = await this.#writeStatus(session, decision.status)
    if (decision.effect !== undefined)
      await this.#act(stored, decision.effect).catch(error => this.#refused(stored, observed, error))
    for (const note of stored === session ? [] : (decision.events ?? [])) events.record(stored, note)
    return decision.requeueAt === undefined ? undefined : Math.max(50, decision.requeueAt.getTime() - now().getTime())
  }

  // Where the pod must run is asked when it is about to be made: a session that only waits asks for nothing.
  async #decide(observed: SessionObserved): Promise<{ observed: SessionObserved; decision: Decision }> {
    const decision = decide(observed)
    if (!makesMover(decision)) return { observed, decision }
    const placed = { ...observed, node: await nodeOf(observed.claim, this.#parts.client) }
    return placed.node === undefined ? { observed, decision } : { observed: placed, decision: decide(placed) }
  }

  // The caches may not have heard of a deletion yet, and nobody takes back what was pushed of a session that is gone.
  async #exists({ kind, metadata: { name, namespace, uid } }: SessionObject): Promise<boolean> {
    const resource = kind === 'BackupSession' ? BACKUP_SESSIONS : RESTORE_SESSIONS
    return (await this.#parts.client.tryGet(resource, name, namespace))?.metadata.uid === uid
  }

  #read(kind: string, namespace: string, name: string): SessionObject | undefined {
    const { backups, restores } = this.#parts.caches
    return kind === 'BackupSession' ? backups.get(name, namespace) : restores.get(name, namespace)
  }

  #storeOf(session: SessionObject): string | undefined {
    const { caches } = this.#parts
    const namespace = session.metadata.namespace ?? ''
    const spec = isBackup(session)
      ? caches.configurations.get(session.spec.invoker.name, namespace)?.spec
      : session.spec
    if (spec === undefined) return undefined
    const repository = caches.repositories.get(spec.repository.name, spec.repository.namespace ?? namespace)
    return repository === undefined ? undefined : storeKey(repository.spec.backend, repository.metadata.namespace ?? '')
  }

  async #writeStatus(session: SessionObject, status: SessionStatus): Promise<SessionObject> {
    if (canonicalJson(session.status ?? {}) === canonicalJson(status)) return session
    const { client, caches } = this.#parts
    if (isBackup(session)) {
      const stored = await client.replaceStatus(BACKUP_SESSIONS, { ...session, status } as BackupSessionObject)
      caches.backups.observe(stored)
      return stored
    }
    const stored = await client.replaceStatus(RESTORE_SESSIONS, { ...session, status } as RestoreSessionObject)
    caches.restores.observe(stored)
    return stored
  }

  async #act(session: SessionObject, effect: Effect): Promise<void> {
    const { client, caches } = this.#parts
    switch (effect.do) {
      case 'create-job': {
        const job = await existingIsFine(() => client.create(JOBS, effect.job))
        if (job !== undefined) caches.jobs.observe(job)
        return
      }
      case 'create-claim': {
        const claim = await existingIsFine(() => client.create(PERSISTENT_VOLUME_CLAIMS, effect.claim))
        if (claim !== undefined) caches.claims.observe(claim)
        return
      }
      case 'delete-job':
        // A status may name any Job; only its own is a session’s to delete.
        if (!isOwnedBy(effect.job, session)) return
        return goneIsFine(() =>
          client.delete(JOBS, effect.job.metadata.name, effect.job.metadata.namespace, {
            uid: effect.job.metadata.uid,
          }),
        )
      case 'delete-claim': {
        const { name, namespace, uid } = effect.claim.metadata
        return goneIsFine(() => client.delete(PERSISTENT_VOLUME_CLAIMS, name, namespace, { uid }))
      }
      case 'adopt':
        return this.#adopt(session, effect.owner)
    }
  }

  // What the API server refuses for good reasons (quota, admission, an invalid object) is said in the status, in its
  // own words, and tried again until the start deadline ends it.
  async #refused(session: SessionObject, observed: SessionObserved, error: unknown): Promise<never> {
    if (error instanceof ApiError && [400, 403, 422].includes(error.status)) {
      const status = (hasEnded(session) ? untoldStatus : refusedStatus)({ ...observed, session }, error.message)
      await this.#writeStatus(session, status)
    }
    throw error
  }

  // A session made by hand belongs to its configuration too: history and garbage collection treat it alike.
  async #adopt(session: SessionObject, owner: Extract<Effect, { do: 'adopt' }>['owner']): Promise<void> {
    const { metadata } = session
    const others = metadata.ownerReferences ?? []
    // An object has one controller at most, and whoever made the session may have named another.
    const controller = !others.some(each => each.controller === true)
    const ownerReferences = [...others, { ...ownedBy(owner), controller }]
    const own = {
      ...metadata.labels,
      [labels.managedBy]: managedBy,
      [labels.configuration]: labelValue(owner.metadata.name),
    }
    const stored = await this.#parts.client.replace(BACKUP_SESSIONS, {
      ...session,
      metadata: { ...metadata, ownerReferences, labels: own },
    } as BackupSessionObject)
    this.#parts.caches.backups.observe(stored)
  }
}

// A finish Job mounts no volume of the session.
const makesMover = ({ effect }: Decision): boolean =>
  effect?.do === 'create-job' && ['backup', 'restore'].includes(effect.job.metadata.labels?.[labels.job] ?? '')
