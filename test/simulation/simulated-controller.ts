import type { Controller } from '../../runtime/controller/controller.js'
import type { LogLevel } from '../../runtime/controller/log.js'
import { Service } from '../../runtime/controller/service.js'
import type { Settings } from '../../runtime/controller/settings.js'
import { KubeClient } from '../../runtime/kube/client.js'
import type { KubeTransport } from '../../runtime/kube/kube-transport.js'
import type { DirectTransport } from './direct-transport.js'
import { type Ground, pushgatewayHttp } from './ground.js'
import { ProcessClock } from './process-clock.js'

export interface SimulatedControllerOptions {
  /** False by default: it leads at once. */
  readonly leaderElection?: boolean
  /** The user agent of its requests and the holder of its Lease; `controller-<n>` by default. */
  readonly identity?: string
  /** Puts something between the controller and its connections: faults, records, crash points. */
  readonly wrap?: (transport: DirectTransport) => KubeTransport
  /** False starts it without waiting for its first lists. */
  readonly awaitReady?: boolean
}

export interface LogLine {
  readonly level: LogLevel
  readonly message: string
  readonly error: unknown
}

/** One incarnation of the real controller: its own connections, its own clock, and a death of its own. */
export class SimulatedController {
  readonly identity: string
  readonly clock: ProcessClock
  readonly transport: DirectTransport
  /** The connections of its leader election. */
  readonly leaseTransport: DirectTransport
  /** What it said last, at most 1 000 lines. */
  readonly log: LogLine[] = []
  readonly service: Service
  #state: 'running' | 'crashed' | 'stopped' = 'running'
  readonly #ground: Ground
  readonly #abort = new AbortController()
  readonly #ended: Promise<void>

  constructor(ground: Ground, settings: Settings, identity: string, options: SimulatedControllerOptions) {
    const { wrap = transport => transport } = options
    this.#ground = ground
    this.identity = identity
    this.clock = new ProcessClock(ground.clock)
    this.transport = ground.connect(identity, this.clock)
    this.leaseTransport = ground.connect(`${identity}-lease`, this.clock)
    const time = { clock: this.clock, random: ground.random }
    this.service = new Service({
      ...time,
      client: new KubeClient(wrap(this.transport), time),
      leases: new KubeClient(wrap(this.leaseTransport), time),
      settings: { ...settings, leaderElection: options.leaderElection ?? false },
      log: (level, message, error) => this.#say({ level, message, error }),
      identity,
      // What main.ts does: the process ends at once.
      onLost: () => this.crash(),
      outward: { clock: this.clock, http: pushgatewayHttp(ground.pushgateway, () => this.transport.severed) },
    })
    this.#ended = this.service.run(this.#abort.signal)
    this.#ended.catch(error => this.#say({ level: 'error', message: 'the controller ended', error }))
  }

  get controller(): Controller {
    return this.service.controller
  }

  get state(): 'running' | 'crashed' | 'stopped' {
    return this.#state
  }

  get isReady(): boolean {
    return this.controller.notReady().length === 0
  }

  #say(line: LogLine): void {
    this.log.push(line)
    if (this.log.length > 1000) this.log.shift()
  }

  /** kill -9: nothing of it is carried out or heard from this moment on. */
  crash(): void {
    if (this.#state === 'running') this.#state = 'crashed'
    this.transport.sever()
    this.leaseTransport.sever()
    this.clock.kill()
  }

  /** SIGTERM: ends what is under way and gives the Lease back. */
  async stop(): Promise<void> {
    if (this.#state !== 'running') return
    this.#abort.abort()
    await this.#ground.clock.run(this.#ended, { what: `the end of ${this.identity}` })
    this.#state = 'stopped'
    this.transport.sever()
    this.leaseTransport.sever()
    this.clock.kill()
  }
}
