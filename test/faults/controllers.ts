import { ApiGate } from './api/api-gate.js'
import type { Conditions } from './api/conditions.js'
import type { Ground, RunningController } from './ground.js'
import type { Injector } from './injector.js'

/** How long a crashed controller is away: as long as a kubelet takes to start it again. */
const away = 7_000

/** Two controllers that both believe they lead, with and without a Lease to tell them apart. */
export const leaderConditions = ['two controllers run', 'two controllers both lead'] as const

/** Keeps the controllers of a course running, as a Deployment does. */
export class Controllers {
  readonly #ground: Ground
  readonly #injector: Injector
  readonly #conditions: Conditions
  readonly #running = new Set<RunningController>()
  #stopped = false
  /** Crashes so far. */
  crashes = 0

  constructor(ground: Ground, injector: Injector, conditions: Conditions) {
    this.#ground = ground
    this.#injector = injector
    this.#conditions = conditions
  }

  async start(): Promise<void> {
    const names = leaderConditions.some(each => this.#conditions.has(each)) ? ['controller', 'rival'] : ['controller']
    for (const name of names) this.#begin(name)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const each of this.#running) await each.stop()
  }

  #begin(actor: string): void {
    if (this.#stopped) return
    const { clock } = this.#ground
    let running: RunningController | undefined
    const crash = () => {
      if (running === undefined) return
      this.crashes += 1
      this.#running.delete(running)
      running.crash()
      running = undefined
      clock.after(away, () => this.#begin(actor))
    }
    const skew = (ms: number) => {
      if (running !== undefined) running.clock.skewMs = ms
    }
    const [injector, conditions] = [this.#injector, this.#conditions]
    const gateOf = (next: ApiGate['serve']) =>
      new ApiGate({ actor, injector, conditions, clock, next, crash, skew }).serve
    running = this.#ground.startController({
      actor,
      through: gateOf,
      leaderElection: this.#conditions.has('two controllers run'),
    })
    this.#running.add(running)
    if (this.#conditions.has('two controllers run')) this.#watchOver(running, crash)
  }

  /** A controller that lost its Lease has ended itself; it is started again like one that crashed. */
  #watchOver(running: RunningController, crash: () => void): void {
    if (this.#stopped || !this.#running.has(running)) return
    if (running.state === 'running') this.#ground.clock.after(5_000, () => this.#watchOver(running, crash))
    else crash()
  }
}
