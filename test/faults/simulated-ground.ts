import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { moverUser } from '../../lib/api/group.js'
import type { Clock } from '../../runtime/kube/clock.js'
import { CRON_JOBS } from '../../runtime/kube/resource.js'
import type { KubeObject } from '../../sandbox/index.js'
import { agentProgram, type ResticCall } from '../simulation/agent-launcher.js'
import { DirectTransport } from '../simulation/direct-transport.js'
import type { Ground as Standing } from '../simulation/ground.js'
import { SimulatedController } from '../simulation/simulated-controller.js'
import { SimulatedWorld } from '../simulation/simulated-world.js'
import { VirtualClock } from '../simulation/virtual-clock.js'
import { Agents } from './agents.js'
import type { Serve } from './api/api-gate.js'
import type { Conditions } from './api/conditions.js'
import { type ControllerStart, type Ground, image, type RunningController } from './ground.js'
import type { Injector } from './injector.js'
import { ModelCourseRepository } from './model-course-repository.js'
import type { StoredSnapshot } from './oracles/end-state.js'
import type { SceneChange } from './oracles/scene.js'
import { type Files, namespace, type ResticKind } from './place.js'
import { storeClaim } from './protected-volume.js'
import { type CourseRepository, ResticRepository } from './restic-repository.js'

/** Courses begin shortly before a full hour, so that a slot can be missed. */
const begin = Date.UTC(2026, 0, 1, 2, 50)

/** The minute of fired CronJobs: the same in every course, however long what came before has taken. */
const slot = new Date(Date.UTC(2026, 0, 1, 2, 45))

/** The simulated world as courses see it. */
export class SimulatedGround implements Ground {
  readonly #world: SimulatedWorld
  readonly #agents: Agents
  readonly #repository: CourseRepository
  /** The step at whose first restic call its pod is evicted. */
  #evicting: string | undefined

  private constructor(world: SimulatedWorld, agents: Agents, repository: CourseRepository) {
    this.#world = world
    this.#agents = agents
    this.#repository = repository
  }

  static async start(injector: Injector, conditions: Conditions, kind: ResticKind): Promise<SimulatedGround> {
    const folder = () => join(ground.claimFolder(namespace, storeClaim), 'repository')
    const repository: CourseRepository =
      kind === 'real' ? new ResticRepository(folder) : new ModelCourseRepository(folder)
    const agents: Agents[] = []
    const world: SimulatedWorld = await SimulatedWorld.start({
      clock: new VirtualClock(begin),
      launcher: standing => {
        const made = new Agents({
          standing,
          injector,
          conditions,
          restic: repository.restic,
          api: async (call, reply) => world.sandbox.serve(call, reply),
          heard: call => ground.#heard(call),
        })
        agents.push(made)
        return made
      },
    })
    const [only] = agents
    if (only === undefined) throw new Error('the simulated world took no launcher')
    const ground: SimulatedGround = new SimulatedGround(world, only, repository)
    world.sandbox.addImage(image, { entrypoint: [agentProgram], user: moverUser })
    return ground
  }

  get hookRequests(): readonly string[] {
    return this.#agents.hookRequests
  }

  get client() {
    return this.#world.client
  }

  get clock() {
    return this.#world.clock
  }

  get audit() {
    return this.#world.sandbox.audit
  }

  startController({ actor, through, leaderElection }: ControllerStart): RunningController {
    const { ground, pushgateway } = this.#world
    const standing = { ...ground, connect: connector(() => this.#world, through, this.clock) }
    const settings = {
      image: this.#world.image,
      namespace: 'holdfast-system',
      trustedImages: [],
      pushgatewayUrl: pushgateway.url,
      clusterName: '',
      repositoryFolders: [],
      metricsPort: 0,
      leaderElection,
    }
    return new SimulatedController(standing, settings, `holdfast-${actor}`, { leaderElection })
  }

  fire(of: string, cronJob: string): void {
    this.#world.sandbox.fire(of, cronJob, slot)
  }

  async missSlot(of: string, cronJob: string): Promise<void> {
    await this.client.mergePatch(CRON_JOBS, cronJob, of, { spec: { suspend: true } })
  }

  evictAt(step: string): void {
    this.#evicting = step
  }

  #heard({ step, namespace: of, pod }: ResticCall): void {
    if (step !== this.#evicting) return
    this.#evicting = undefined
    this.#world.sandbox.evict(of, pod)
  }

  claimFolder(of: string, claim: string): string {
    return this.#world.sandbox.claimFolder(of, claim)
  }

  files(of: string, claim: string): Files {
    const folder = this.claimFolder(of, claim)
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(each => each.isFile())
    const paths = names.map(each => join(each.parentPath, each.name))
    return Object.fromEntries(paths.sort().map(path => [relative(folder, path), readFileSync(path, 'utf8')]))
  }

  subscribe(listener: (change: SceneChange) => void): () => void {
    return this.#world.sandbox.subscribe(listener)
  }

  list(resource: string): readonly KubeObject[] {
    return this.#world.sandbox.objects(resource)
  }

  async metrics(): Promise<string> {
    return this.#world.pushgateway.answer('GET', '/metrics', '').body
  }

  stored(): ReadonlySet<string> {
    return this.#repository.stored()
  }

  snapshots(): Promise<readonly StoredSnapshot[]> {
    return this.#repository.snapshots()
  }

  damage(): Promise<string> {
    return this.#repository.damage()
  }

  async stop(): Promise<void> {
    await this.#world.stop()
  }
}

/** Connections that lead through a gate; what stands behind it is known only when the first of them is used. */
function connector(world: () => SimulatedWorld, gateOf: (next: Serve) => Serve, usual: Clock): Standing['connect'] {
  return (identity, clock = usual) => {
    const gate = gateOf(async (call, reply) => world().sandbox.serve(call, reply))
    return new DirectTransport({ serve: (call, reply) => void gate(call, reply) }, clock, identity)
  }
}
