import type { HttpAnswer, HttpRequest } from '../../runtime/agent/host.js'
import type { ContainerProcess, Launcher, ProcessSpec } from '../../sandbox/index.js'
import { AgentLauncher, type ResticCall, type ResticDecision } from '../simulation/agent-launcher.js'
import type { ContainerView } from '../simulation/container-view.js'
import type { Ground as Standing } from '../simulation/ground.js'
import type { ResticProgram } from '../simulation/restic/restic-program.js'
import { apiHost, simulatedNetwork } from '../simulation/simulated-network.js'
import { ApiGate, type Serve } from './api/api-gate.js'
import type { Conditions } from './api/conditions.js'
import type { Injector } from './injector.js'
import { type Deed, steady } from './point.js'

/** Host of the application whose hooks flows call; it answers 200, or what `/status/<code>/…` asks for. */
export const application = 'application.shop'

export interface AgentsOptions {
  readonly standing: Standing
  readonly injector: Injector
  readonly conditions: Conditions
  readonly restic: ResticProgram
  /** The API behind the gate of the triggers. */
  readonly api: Serve
  /** Told of every restic call before anything befalls it. */
  readonly heard: (call: ResticCall) => void
}

const kills = ['kill-before', 'kill-during', 'kill-after'] as const

/** The agents of all pods of a course, in this process, with what the plan has for their restic calls and requests. */
export class Agents implements Launcher {
  readonly mode = 'rewriting'
  /** What hooks asked of the application, in order. */
  readonly hookRequests: string[] = []
  readonly #options: AgentsOptions
  readonly #launcher: AgentLauncher
  readonly #processes = new Map<string, ContainerProcess>()

  constructor(options: AgentsOptions) {
    this.#options = options
    this.#launcher = new AgentLauncher({
      restic: options.restic,
      clock: options.standing.clock,
      http: (request, from) => this.#http(request, from),
      onRestic: call => this.#onRestic(call),
    })
  }

  start(spec: ProcessSpec): ContainerProcess {
    const process = this.#launcher.start(spec)
    this.#processes.set(spec.logFile, process)
    void process.exited.then(() => this.#processes.delete(spec.logFile))
    return process
  }

  reveal(text: string): string {
    return this.#launcher.reveal(text)
  }

  #onRestic(call: ResticCall): ResticDecision {
    this.#options.heard(call)
    const effect = this.#options.injector.meet(deedOfCall(call))?.effect
    return kills.find(each => each === effect) ?? 'go'
  }

  async #http(request: HttpRequest, from: ContainerView): Promise<HttpAnswer> {
    const { standing, injector, conditions, api } = this.#options
    const crash = () => this.#kill(from)
    const gate = new ApiGate({ actor: 'trigger', injector, conditions, clock: standing.clock, next: api, crash })
    const network = simulatedNetwork({
      api: { serve: (call, reply) => void gate.serve(call, reply) },
      pushgateway: standing.pushgateway,
      others: ({ method, address }) => this.#answerHook(`${method} ${address.path}`),
    })
    const { address } = request
    const host = address.host === 'sandbox.invalid' ? apiHost : address.host
    return network({ ...request, address: { ...address, host } })
  }

  #answerHook(asked: string): HttpAnswer {
    this.hookRequests.push(asked)
    return { status: Number(/\/status\/(\d{3})\//.exec(asked)?.[1] ?? 200), headers: {}, body: '' }
  }

  #kill({ namespace, pod, container, attempt }: ContainerView): void {
    for (const [logFile, process] of this.#processes) {
      const [run = '', name = '', folder = ''] = logFile.split('/').reverse()
      if (folder.startsWith(`${namespace}_${pod}_`) && name === container && run === `${attempt}.log`) process.kill()
    }
  }
}

function deedOfCall({ step, args, pod }: ResticCall): Deed {
  return `${step} restic ${args[0]} ${steady(pod)}`
}
