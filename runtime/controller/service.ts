import { labels } from '../../lib/api/group.js'
import { version } from '../../lib/version.js'
import type { KubeClient } from '../kube/client.js'
import { type Clock, sleep, systemClock } from '../kube/clock.js'
import { Controller, type ControllerOptions } from './controller.js'
import { LeaderElection } from './leader-election.js'
import { leaderLease } from './lease-record.js'
import type { Log } from './log.js'
import type { Settings } from './settings.js'

/** How long the Lease may take to be given back. */
const drainMs = 10_000

export interface ServiceParts extends ControllerOptions {
  readonly client: KubeClient
  /** Connections of its own: a renewal that waits behind the work of eight reconcilers comes too late. */
  readonly leases: KubeClient
  readonly settings: Settings
  readonly log: Log
  /** Unique per process: the holder of the Lease. */
  readonly identity: string
  /** Called when the Lease is lost. The process must end at once: another controller may lead. */
  readonly onLost: () => void
}

/** One controller from its first list to its last word: it reads, runs for leader, works, and gives the Lease back. */
export class Service {
  readonly controller: Controller
  readonly #parts: ServiceParts
  readonly #clock: Clock
  readonly #election: LeaderElection
  readonly #elected: Promise<void>

  constructor(parts: ServiceParts) {
    const { client, settings, log } = parts
    this.#parts = parts
    this.#clock = parts.clock ?? systemClock
    let elect = () => {}
    this.#elected = new Promise<void>(resolve => {
      elect = resolve
    })
    this.#election = this.#electionOf(() => elect())
    const leads = () => !settings.leaderElection || this.#election.isLeader()
    this.controller = new Controller(client, settings, log, leads, parts)
  }

  /** True while this controller may write. */
  get leads(): boolean {
    return this.#election.isLeader()
  }

  /** Works until the signal aborts, then ends what is under way. */
  async run(signal: AbortSignal): Promise<void> {
    const { settings, log } = this.#parts
    await Promise.race([this.controller.sync(), aborted(signal)])
    if (settings.leaderElection) {
      this.#election.start()
      await Promise.race([this.#elected, aborted(signal)])
    }
    if (!signal.aborted) {
      log('info', 'leading')
      await this.controller.run(signal)
    }
    await Promise.race([this.#election.stop(), sleep(this.#clock, drainMs)])
  }

  #electionOf(onElected: () => void): LeaderElection {
    const { leases, settings, log, identity, onLost, random = Math.random } = this.#parts
    return new LeaderElection(leases, {
      namespace: settings.namespace,
      name: leaderLease,
      identity,
      labels: { [labels.version]: version },
      onElected,
      onLost,
      onError: error => log('warn', 'leader election', error),
      clock: this.#clock,
      random,
    })
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
