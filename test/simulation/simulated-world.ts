import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseSettings, type Settings } from '../../runtime/controller/settings.js'
import { KubeClient } from '../../runtime/kube/client.js'
import type { KubeObject } from '../../runtime/kube/object.js'
import type { Resource } from '../../runtime/kube/resource.js'
import { type Launcher, Pushgateway, Sandbox } from '../../sandbox/index.js'
import { apply } from '../behaviour/apply.js'
import { sandboxRules } from '../behaviour/sandbox-rules.js'
import { type Api, DirectTransport } from './direct-transport.js'
import type { Ground } from './ground.js'
import { seededRandom } from './seeded-random.js'
import { SimulatedController, type SimulatedControllerOptions } from './simulated-controller.js'
import { simulatedImage, systemObjects } from './system-objects.js'
import { type RunOptions, VirtualClock } from './virtual-clock.js'

export interface SimulatedWorldOptions {
  /** Runs the containers; a function is given what its processes stand on. */
  readonly launcher: Launcher | ((ground: Ground) => Launcher)
  /** One of its own, at midnight UTC of 1 January 2026, by default. */
  readonly clock?: VirtualClock
  /** The same seed gives the same run. Default 1. */
  readonly seed?: number
  /** Settings of the controllers beside the usual ones. */
  readonly settings?: Partial<Settings>
  /** How many requests the audit keeps; all by default. */
  readonly keptAudit?: number
  /** How many changes watches can go back; 5 000 by default. */
  readonly history?: number
}

interface Parts {
  readonly folder: string
  readonly ground: Ground
  readonly sandbox: Sandbox
  readonly settings: Settings
}

/** The whole system in this process, on a clock of its own: API, control plane, node, Pushgateway and real controllers. */
export class SimulatedWorld {
  readonly image = simulatedImage
  readonly clock: VirtualClock
  readonly sandbox: Sandbox
  readonly pushgateway: Pushgateway
  readonly ground: Ground
  /** The tester's own. Its calls need no time to pass, unless the API is made to fail. */
  readonly client: KubeClient
  readonly controllers: SimulatedController[] = []
  readonly #parts: Parts

  private constructor(parts: Parts) {
    const { ground, sandbox } = parts
    this.#parts = parts
    this.ground = ground
    this.clock = ground.clock
    this.sandbox = sandbox
    this.pushgateway = ground.pushgateway
    this.client = new KubeClient(ground.connect('tester'), { clock: ground.clock, random: ground.random })
  }

  static async start(options: SimulatedWorldOptions): Promise<SimulatedWorld> {
    const { clock = new VirtualClock(), seed = 1, launcher } = options
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-simulation-'))
    const pushgateway = await Pushgateway.start({ port: 'none', clock })
    const random = seededRandom(seed)
    const api: Api = { serve: (call, reply) => sandbox.serve(call, reply) }
    const connect: Ground['connect'] = (identity, own = clock) => new DirectTransport(api, own, identity)
    const ground: Ground = { clock, random, pushgateway, connect }
    const sandbox: Sandbox = await Sandbox.start({
      stateFolder: folder,
      images: { [simulatedImage]: { entrypoint: ['agent'], user: 65532 } },
      validate: sandboxRules,
      launcher: typeof launcher === 'function' ? launcher(ground) : launcher,
      port: 'none',
      clock,
      random: seededRandom(seed + 1),
      ...(options.keptAudit === undefined ? {} : { keptAudit: options.keptAudit }),
      ...(options.history === undefined ? {} : { history: options.history }),
    })
    const settings = { ...settingsOf(pushgateway.url), ...options.settings }
    const world = new SimulatedWorld({ folder, ground, sandbox, settings })
    await world.apply(...systemObjects())
    return world
  }

  /** Creates objects, or replaces those that exist. */
  async apply(...objects: readonly KubeObject[]): Promise<void> {
    await apply(this.client, objects)
  }

  /** What is stored at this moment, past the API: no request, no fault, no trace in the audit. */
  list<T extends KubeObject = KubeObject>({ group, plural }: Resource, namespace?: string): readonly T[] {
    const key = group === '' ? plural : `${plural}.${group}`
    return this.sandbox.objects(key, namespace) as readonly KubeObject[] as readonly T[]
  }

  /** One object as it is stored at this moment, past the API. */
  read<T extends KubeObject = KubeObject>(resource: Resource, name: string, namespace?: string): T | undefined {
    return this.list<T>(resource, namespace).find(({ metadata }) => metadata.name === name)
  }

  /** Starts a further controller and waits until it has read the cluster. */
  async startController(options: SimulatedControllerOptions = {}): Promise<SimulatedController> {
    const { identity = `controller-${this.controllers.length + 1}`, awaitReady = true } = options
    const controller = new SimulatedController(this.ground, this.#parts.settings, identity, options)
    this.controllers.push(controller)
    const isReady = () => controller.isReady || controller.state !== 'running'
    if (awaitReady) await this.runUntil(isReady, { what: `the first lists of ${identity}` })
    return controller
  }

  runUntil(predicate: () => boolean | Promise<boolean>, options: RunOptions = {}): Promise<void> {
    return this.clock.runUntil(predicate, options)
  }

  /** Ends everything; nothing is waited for but what the machine itself still does. */
  async stop(): Promise<void> {
    for (const controller of this.controllers) controller.crash()
    const ended = this.clock.run(this.sandbox.stop(), { what: 'the end of the sandbox' })
    await ended.finally(() => rm(this.#parts.folder, { recursive: true, force: true }))
  }
}

function settingsOf(pushgatewayUrl: string): Settings {
  const flags = [`--image=${simulatedImage}`, `--pushgateway-url=${pushgatewayUrl}`, '--leader-election=false']
  return parseSettings([...flags, '--namespace=holdfast-system', '--metrics-port=0'], {})
}
