import type { Step, StepReport } from '../../lib/report.js'
import { sessionOf } from '../../runtime/agent/trigger.js'
import { BACKUP_SESSIONS } from '../../runtime/controller/objects.js'
import { isAlreadyExists } from '../../runtime/kube/api-error.js'
import { KubeClient } from '../../runtime/kube/client.js'
import type { ContainerProcess, Exit, Launcher, ProcessSpec } from '../../sandbox/index.js'
import { type CannedContainer, cannedContainer, leaveReport } from './canned-container.js'
import { type CannedSurroundings, confirm, finish, maintain, move, remember } from './canned-step.js'
import { CannedStore } from './canned-store.js'
import type { Ground } from './ground.js'

export interface CannedOptions {
  /** How long each step takes, in simulated seconds. Default 5 for a mover, 1 for the others. */
  readonly seconds?: (container: CannedContainer) => number
  /**
   * What is different about one container: fields of its report, or what makes them of those that it would have, or the
   * exit code with which it dies without a word. Undefined for nothing.
   */
  readonly change?: (container: CannedContainer) => Partial<StepReport> | ChangeOfFacts | number | undefined
}

type ChangeOfFacts = (facts: Partial<StepReport>) => Partial<StepReport>

/** Containers of Holdfast's steps that do no work: after a while they end with the word that their step would leave. */
export class CannedLauncher implements Launcher {
  readonly mode = 'rewriting'
  readonly store = new CannedStore()
  readonly #ground: Ground
  readonly #options: CannedOptions
  readonly #surroundings: CannedSurroundings
  readonly #triggers: KubeClient

  constructor(ground: Ground, options: CannedOptions = {}) {
    this.#ground = ground
    this.#options = options
    this.#surroundings = { ground, store: this.store, movers: new Map() }
    this.#triggers = new KubeClient(ground.connect('trigger'), { clock: ground.clock, random: ground.random })
  }

  start(spec: ProcessSpec): ContainerProcess {
    const container = cannedContainer(spec)
    const { seconds = usualSeconds } = this.#options
    let end: (exit: Exit) => void = () => {}
    const exited = new Promise<Exit>(resolve => {
      end = resolve
    })
    const cancel = this.#ground.clock.after(seconds(container) * 1000, () => {
      this.#work(container).then(
        code => end({ code }),
        (error: unknown) => end({ code: 1, startError: String(error) }),
      )
    })
    const killed = (signal: number) => {
      cancel()
      end({ code: 128 + signal, signal })
    }
    return { started: Promise.resolve(), exited, terminate: () => killed(15), kill: () => killed(9) }
  }

  reveal(text: string): string {
    return text
  }

  async #work(container: CannedContainer): Promise<number> {
    const change = this.#options.change?.(container)
    if (typeof change === 'number') return change
    if (container.step === 'trigger') {
      await this.#trigger(container)
      return 0
    }
    const plain = await this.#facts(container)
    const facts = { ...plain, ...(typeof change === 'function' ? change(plain) : change) }
    const { seconds = usualSeconds } = this.#options
    const report: StepReport = { holdfast: 1, step: container.step, seconds: seconds(container), ...facts }
    if (container.step === 'pvc-backup' || container.step === 'pvc-restore')
      remember(container, this.#surroundings, report)
    leaveReport(container, report)
    return 0
  }

  async #facts(container: CannedContainer): Promise<Partial<StepReport> & Pick<StepReport, 'outcome'>> {
    switch (container.step) {
      case 'pvc-backup':
      case 'pvc-restore':
        return move(container, this.#surroundings)
      case 'update-status':
        return confirm(container, this.#surroundings)
      case 'finish':
        return finish(container, this.#surroundings)
      case 'maintain':
        return maintain(container, this.#surroundings)
      default:
        return { outcome: 'Succeeded' }
    }
  }

  /** What the agent's `trigger` does, without its patience. */
  async #trigger({ flags }: CannedContainer): Promise<void> {
    try {
      await this.#triggers.create(BACKUP_SESSIONS, sessionOf(flags))
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
    }
  }
}

const movers: readonly Step[] = ['pvc-backup', 'pvc-restore']

function usualSeconds({ step }: CannedContainer): number {
  return movers.includes(step) ? 5 : 1
}
