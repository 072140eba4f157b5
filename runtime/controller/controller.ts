import type { Outward } from '../agent/pushgateway.js'
import { isConflict } from '../kube/api-error.js'
import type { KubeClient } from '../kube/client.js'
import { type Clock, sleep, systemClock } from '../kube/clock.js'
import type { ObjectChange } from '../kube/object-cache.js'
import { ServerClock } from '../kube/server-clock.js'
import { type CacheName, type Caches, createCaches } from './caches.js'
import { ConfigurationReconciler } from './configuration/reconciler.js'
import { ControllerMetrics } from './controller-metrics.js'
import { DepartedPods } from './departed-pods.js'
import { EventRecorder } from './event-recorder.js'
import { KeyedLock } from './keyed-lock.js'
import type { Log } from './log.js'
import { MetricGroups } from './metric-groups.js'
import { type ConfigurationObject, isBackup, type PodObject, type SessionObject } from './objects.js'
import { RepositoryReconciler } from './repository/reconciler.js'
import { keyOf, keysFor, leavingClaimUsers } from './routing.js'
import { owesNotifications } from './session/owed-notifications.js'
import { isAlive } from './session/pod-verdict.js'
import { SessionReconciler } from './session/reconciler.js'
import { hasEnded } from './session/session-status.js'
import { SessionPush } from './session-push.js'
import type { Settings } from './settings.js'
import { knownJobsOf } from './store-activity.js'
import { WorkQueue } from './work-queue.js'

/** Keys that are worked on at once. */
const concurrency = 8
const resyncMs = 10 * 60_000
/** How long news of sessions are gathered before their configurations and Repositories take note of them. */
const gatherMs = 1000
/** A watch without contact for this long means that this process has lost the cluster. */
const deadWatchMs = 10 * 60_000

/** What a simulation replaces. */
export interface ControllerOptions {
  /** The process's own by default. */
  readonly clock?: Clock
  /** Spreads pauses, so that what failed together does not return together. */
  readonly random?: () => number
  /** How the Pushgateway is reached; over the network by default. */
  readonly outward?: Outward
}

/** Everything between the caches and the writes; who may run it is decided by the leader election around it. */
export class Controller {
  readonly caches: Caches
  readonly metrics: ControllerMetrics
  readonly #queue: WorkQueue
  readonly #departed = new DepartedPods()
  readonly #groups: MetricGroups
  readonly #events: EventRecorder
  readonly #sessions: SessionReconciler
  readonly #repositories: RepositoryReconciler
  readonly #configurations: ConfigurationReconciler
  readonly #log: Log
  readonly #clock: Clock
  readonly #random: () => number
  #active = false

  constructor(
    client: KubeClient,
    settings: Settings,
    log: Log,
    isLeader: () => boolean,
    options: ControllerOptions = {},
  ) {
    const { clock: own = systemClock, random = Math.random, outward } = options
    const clock = new ServerClock(own)
    client.onDate(clock.heard)
    this.#log = log
    this.#clock = clock
    this.#random = random
    this.#queue = new WorkQueue({ clock, random, onError: (key, error) => this.#failed(key, error) })
    this.caches = createCaches(
      client,
      (cache, change) => this.#changed(cache, change),
      (error, doing) => log('warn', doing, error),
      { clock, random },
    )
    this.#events = new EventRecorder(client, {
      clock,
      onError: error => log('warn', 'an event was not written', error),
    })
    this.#groups = new MetricGroups(settings, this.caches, message => log('warn', message), outward)
    this.metrics = new ControllerMetrics({
      caches: this.caches,
      queue: this.#queue,
      clock,
      isLeader,
      pushgateway: () => this.#groups.reachable,
    })
    const fence = () => {
      if (!isLeader()) throw new Error('another controller leads now; nothing is written')
    }
    const parts = {
      client,
      caches: this.caches,
      departed: this.#departed,
      settings,
      events: this.#events,
      admission: new KeyedLock(),
      push: new SessionPush(settings, message => log('warn', message), outward),
      now: () => clock.date(),
      fence,
    }
    this.#sessions = new SessionReconciler(parts)
    this.#repositories = new RepositoryReconciler(parts)
    this.#configurations = new ConfigurationReconciler(parts)
  }

  /** Begins to watch; resolves when every cache has its first list. */
  async sync(): Promise<void> {
    const reflectors = Object.values(this.caches)
    for (const reflector of reflectors) reflector.start()
    await Promise.all(reflectors.map(reflector => reflector.synced))
  }

  /** What keeps the controller from being ready; empty when nothing does. */
  notReady(): string[] {
    return this.#each((name, cache) => (cache.hasSynced ? [] : [`${name}: not listed yet`]))
  }

  /** What only a restart can mend. */
  dead(): string[] {
    return this.#each((name, cache) =>
      this.#clock.now() - cache.lastContactAt > deadWatchMs ? [`${name}: no contact for ten minutes`] : [],
    )
  }

  /** Reconciles until the signal aborts, then ends what is under way. */
  async run(signal: AbortSignal): Promise<void> {
    this.#active = true
    this.#enqueueAll()
    const work = this.#queue.run(concurrency, key => this.#reconcile(key), signal)
    void this.#repeat(signal)
    await work
    this.#active = false
    await this.#events.stop()
    await Promise.all(Object.values(this.caches).map(reflector => reflector.stop()))
  }

  async #repeat(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#clock, resyncMs * (0.9 + this.#random() * 0.2), signal)
      if (signal.aborted) return
      this.#enqueueAll()
      await this.#groups.sweep()
    }
  }

  #enqueueAll(): void {
    const { backups, restores, repositories, configurations } = this.caches
    const open = [...backups.list(), ...restores.list()].filter(each => !hasEnded(each) || this.#hasLeftovers(each))
    for (const { kind, metadata } of [...configurations.list(), ...repositories.list(), ...open])
      this.#queue.add(keyOf(kind, metadata.namespace, metadata.name))
    for (const key of leavingClaimUsers(this.caches)) this.#queue.add(key)
  }

  // Whoever ended the session may have died before it told of it, or cleared away what the session had.
  #hasLeftovers(session: SessionObject): boolean {
    if (owesNotifications(session)) return true
    const { configurations } = this.caches
    const { namespace } = session.metadata
    const spec = isBackup(session) ? configurations.get(session.spec.invoker.name, namespace)?.spec : session.spec
    if (spec?.interimVolumeTemplate !== undefined) return true
    return knownJobsOf(session, this.caches).some(isAlive)
  }

  async #reconcile(key: string): Promise<void> {
    const [kind = '', namespace = '', name = ''] = key.split('/')
    const done = this.metrics.reconcileSeconds.startTimer({ kind })
    const again = await this.#dispatch(kind, namespace, name)
    done()
    if (again !== undefined) this.#queue.addAfter(key, again)
  }

  #dispatch(kind: string, namespace: string, name: string): Promise<number | undefined> {
    if (kind === 'BackupSession' || kind === 'RestoreSession') return this.#sessions.reconcile(kind, namespace, name)
    if (kind === 'Repository') return this.#repositories.reconcile(namespace, name)
    return this.#configurations.reconcile(namespace, name)
  }

  #changed(cache: CacheName, change: ObjectChange): void {
    if (cache === 'pods' && change.type === 'deleted') this.#departed.remember(change.object as PodObject)
    if (!this.#active) return
    for (const key of keysFor(cache, change, this.caches)) {
      if (canWait(key, cache)) this.#queue.addAfter(key, gatherMs)
      else this.#queue.add(key)
    }
    if (cache === 'backups' || cache === 'restores') this.#countEnd(change)
    if (cache === 'configurations' && change.type === 'deleted')
      this.metrics.bytes.remove(change.object as ConfigurationObject)
    if (change.type === 'deleted' && (cache === 'configurations' || cache === 'restores' || cache === 'repositories')) {
      const { kind, metadata } = change.object
      void this.#groups.remove(kind, metadata.namespace ?? '', metadata.name)
    }
  }

  #countEnd({ type, object, previous }: ObjectChange): void {
    if (type !== 'updated' || !hasEnded(object as SessionObject) || hasEnded(previous as SessionObject)) return
    const { phase = '' } = (object as SessionObject).status ?? {}
    this.metrics.sessionsEnded.inc({ kind: object.kind, phase })
    const session = object as SessionObject
    if (isBackup(session)) this.metrics.bytes.count(session)
    this.#log('info', `${object.kind} ${object.metadata.namespace}/${object.metadata.name} ${phase}`)
  }

  #failed(key: string, error: unknown): void {
    // Somebody wrote in between: the next look sees what.
    if (isConflict(error)) return
    this.metrics.reconcileErrors.inc({ kind: key.split('/')[0] ?? '' })
    this.#log('warn', `reconciling ${key} failed and is retried`, error)
  }

  #each(describe: (name: CacheName, cache: Caches[CacheName]) => string[]): string[] {
    return (Object.keys(this.caches) as CacheName[]).flatMap(name => describe(name, this.caches[name]))
  }
}

// When a thousand sessions come at once, their Jobs come first. A Repository answers at once to its own maintenance.
function canWait(key: string, cache: CacheName): boolean {
  if (key.startsWith('Repository/')) return cache !== 'jobs' && cache !== 'pods'
  return cache === 'backups' && key.startsWith('BackupConfiguration/')
}
