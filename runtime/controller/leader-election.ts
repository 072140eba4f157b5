import { isAlreadyExists, isConflict } from '../kube/api-error.js'
import type { KubeClient } from '../kube/client.js'
import type { Clock } from '../kube/clock.js'
import { sleep, systemClock } from '../kube/clock.js'
import type { KubeObject } from '../kube/object.js'
import { LEASES } from '../kube/resource.js'
import type { LeaseSpec } from './lease-record.js'
import { LeaseRecord, microTime } from './lease-record.js'

/** Who runs for leader, for which Lease, and whom to tell. Times in milliseconds. */
export interface LeaderElectionOptions {
  readonly namespace: string
  readonly name: string
  /** Unique per process: a restarted container of the same pod is another candidate. */
  readonly identity: string
  /** Labels that the Lease gets with each renewal: what the leader says about itself. Default: none. */
  readonly labels?: Readonly<Record<string, string>>
  /** How long the others wait after the last renewal they saw. Default 15 000. */
  readonly leaseDurationMs?: number
  /** How long the leader acts without a renewal that succeeded. Default 10 000. */
  readonly renewDeadlineMs?: number
  /** Pause between two tries. Default 2 000. */
  readonly retryPeriodMs?: number
  readonly onElected?: () => void
  /** Called once. The process must exit: others may lead by now. */
  readonly onLost?: () => void
  /** Told about failed tries. Default: console.error. */
  readonly onError?: (error: unknown) => void
  readonly clock?: Clock
  readonly random?: () => number
}

/**
 * Leader election by a Lease, with client-go's times and rules: another's lease has expired when the record has not
 * changed for its duration on our own monotonic clock; remote timestamps are never compared. A Lease does not fence,
 * so whoever writes asks {@link isLeader} first.
 */
export class LeaderElection {
  readonly #client: KubeClient
  readonly #options: LeaderElectionOptions
  readonly #clock: Clock
  readonly #leaseMs: number
  readonly #renewDeadlineMs: number
  readonly #retryMs: number
  readonly #abort = new AbortController()
  #running: Promise<void> | undefined
  #record: LeaseRecord | undefined
  /** Start of the last renewal that succeeded; undefined while another leads. */
  #renewedAt: number | undefined
  #cancelDeadline: () => void = () => undefined
  #lost = false

  constructor(client: KubeClient, options: LeaderElectionOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#leaseMs = options.leaseDurationMs ?? 15_000
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000
    this.#retryMs = options.retryPeriodMs ?? 2_000
    // Two calls make one try: a connection that hangs must leave time for a second try before the deadline.
    // Nothing is repeated inside a call, because the next try follows anyway.
    this.#client = client.withDeadline(this.#renewDeadlineMs / 4, 1)
  }

  /** True while a renewal younger than the renew deadline stands: ask before each write. */
  isLeader(): boolean {
    return !this.#lost && this.#renewedAt !== undefined && this.#clock.now() < this.#renewedAt + this.#renewDeadlineMs
  }

  /** Begins to run for leader. */
  start(): void {
    this.#running ??= this.#run()
  }

  /** Stops, and gives the Lease back so that a successor need not wait for it to expire. */
  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#running
    this.#cancelDeadline()
    const held = this.#renewedAt !== undefined
    this.#renewedAt = undefined
    if (held) await this.#release()
  }

  async #run(): Promise<void> {
    const random = this.#options.random ?? Math.random
    while (!this.#abort.signal.aborted && !this.#lost) {
      await this.#try().catch(error => this.#report(error))
      await sleep(this.#clock, this.#retryMs * (1 + 0.2 * random()), this.#abort.signal)
    }
  }

  async #try(): Promise<void> {
    const startedAt = this.#clock.now()
    const { namespace, name, identity } = this.#options
    const lease = await this.#client.tryGet(LEASES, name, namespace)
    this.#record = LeaseRecord.observe(lease, this.#record, this.#clock.now())
    if (this.#record && !this.#record.isFreeFor(identity, this.#leaseMs, this.#clock.now())) {
      if (this.#renewedAt !== undefined) this.#lose()
      return
    }
    const written = await this.#write(lease)
    if (!written || this.#lost) return
    this.#record = LeaseRecord.observe(written, this.#record, this.#clock.now())
    this.#renewed(startedAt)
  }

  /** Takes or renews the Lease; undefined when another candidate was faster. */
  async #write(lease: KubeObject | undefined): Promise<KubeObject | undefined> {
    const { namespace, name, labels = {} } = this.#options
    const spec = this.#claim()
    try {
      if (lease) {
        const metadata = { ...lease.metadata, labels: { ...lease.metadata.labels, ...labels } }
        return await this.#client.replace(LEASES, { ...lease, metadata, spec })
      }
      const fresh = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace, labels } }
      return await this.#client.create<KubeObject>(LEASES, { ...fresh, spec })
    } catch (error) {
      if (isConflict(error) || isAlreadyExists(error)) return undefined
      throw error
    }
  }

  #claim(): LeaseSpec {
    const now = microTime(this.#clock.date())
    const { identity } = this.#options
    const before = this.#record?.spec
    const mine = before?.holderIdentity === identity
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(this.#leaseMs / 1000),
      acquireTime: mine ? (before.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: (before?.leaseTransitions ?? 0) + (before && !mine ? 1 : 0),
    }
  }

  #renewed(startedAt: number): void {
    const first = this.#renewedAt === undefined
    this.#renewedAt = startedAt
    this.#cancelDeadline()
    const left = startedAt + this.#renewDeadlineMs - this.#clock.now()
    this.#cancelDeadline = this.#clock.after(left, () => this.#lose())
    if (first) this.#options.onElected?.()
  }

  #lose(): void {
    if (this.#lost || this.#abort.signal.aborted) return
    this.#lost = true
    this.#renewedAt = undefined
    this.#cancelDeadline()
    this.#options.onLost?.()
  }

  async #release(): Promise<void> {
    const { namespace, name, identity } = this.#options
    try {
      const lease = await this.#client.tryGet(LEASES, name, namespace)
      const record = LeaseRecord.observe(lease, undefined, 0)
      if (!lease || record?.spec.holderIdentity !== identity) return
      const spec = {
        ...record.spec,
        holderIdentity: '',
        leaseDurationSeconds: 1,
        renewTime: microTime(this.#clock.date()),
      }
      await this.#client.replace(LEASES, { ...lease, spec })
    } catch (error) {
      // The successor then waits until the Lease expires; nothing else depends on it.
      this.#report(error)
    }
  }

  #report(error: unknown): void {
    if (this.#options.onError) this.#options.onError(error)
    else console.error('Leader election:', error)
  }
}
