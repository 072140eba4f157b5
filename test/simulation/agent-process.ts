import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { runAgent } from '../../runtime/agent/agent.js'
import { messageOf } from '../../runtime/agent/failure.js'
import type { AgentHost, Program, ProgramEnd } from '../../runtime/agent/host.js'
import type { ContainerProcess, Exit, ProcessSpec } from '../../sandbox/index.js'
import { type AgentLauncherOptions, agentProgram } from './agent-options.js'
import type { ContainerView } from './container-view.js'
import { ProcessClock } from './process-clock.js'
import { ProcessLife } from './process-life.js'
import { ResticSeam } from './restic/restic-seam.js'

/** One container’s process, played by functions of this one. */
export class AgentProcess implements ContainerProcess {
  readonly started = Promise.resolve()
  readonly exited: Promise<Exit>
  readonly #spec: ProcessSpec
  readonly #view: ContainerView
  readonly #options: AgentLauncherOptions
  readonly #life = new ProcessLife()
  readonly #clock: ProcessClock
  readonly #env: NodeJS.ProcessEnv
  readonly #args: readonly string[]
  readonly #restic: ResticSeam
  readonly #stop = new AbortController()
  #heedsStop = false

  constructor(spec: ProcessSpec, view: ContainerView, options: AgentLauncherOptions, nextIndex: () => number) {
    this.#spec = spec
    this.#view = view
    this.#options = options
    this.#clock = new ProcessClock(options.clock)
    this.#life.death.addEventListener('abort', () => this.#clock.kill())
    const given = { HOLDFAST_TERMINATION_LOG: spec.messagePath, ...spec.env }
    this.#env = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, view.outside(value)]))
    this.#args = spec.command.slice(1).map(view.outside)
    const life = this.#life
    this.#restic = new ResticSeam({ spec, view, life, clock: this.#clock, options, nextIndex })
    this.exited = this.#life.exited.then(exit => this.#revealed(exit))
  }

  async run(): Promise<void> {
    // As a real process does, it begins when its starter is done.
    await new Promise(resolve => setImmediate(resolve))
    const [program = ''] = this.#spec.command
    if (program === agentProgram) this.#life.end(await runAgent(this.#args, this.#host()))
    else this.#life.end(await this.#scripted(this.#spec.command, line => this.#log(line)))
  }

  terminate(): void {
    // Process 1 of a container ignores SIGTERM until it handles it.
    if (this.#heedsStop) this.#stop.abort('SIGTERM')
  }

  kill(): void {
    this.#life.kill()
  }

  #host(): AgentHost {
    const life = this.#life
    const { http, random = () => 0.5, connect = async () => {} } = this.#options
    return {
      env: this.#env,
      clock: this.#clock,
      random,
      log: line => this.#log(line),
      error: line => this.#log(line),
      stopSignal: () => this.#stopSignal(),
      http: request => life.outside(() => http(request, this.#view)),
      connect: to => life.outside(() => connect(to)),
      runProgram: program => this.#runProgram(program),
    }
  }

  #stopSignal(): { readonly signal: AbortSignal; readonly asked: boolean } {
    this.#heedsStop = true
    const { signal } = this.#stop
    return {
      signal,
      get asked() {
        return signal.aborted
      },
    }
  }

  async #runProgram(program: Program): Promise<ProgramEnd> {
    if (program.terminate.aborted) return { code: null, signal: 'SIGTERM' }
    const words = [program.command, ...program.args]
    const at = words.indexOf('restic')
    const wrapped = at >= 0 && words.slice(0, at).every(word => /^(nice|ionice|--[a-z]+=-?\d+)$/.test(word))
    if (wrapped) return this.#restic.run(words.slice(at + 1), program)
    const say = (line: string) => program.onStdout(Buffer.from(`${line}\n`))
    return this.#life.outside(async () => ({
      code: await this.#scripted(words.map(this.#view.inside), say),
      signal: null,
    }))
  }

  async #scripted(command: readonly string[], log: (line: string) => void): Promise<number> {
    const life = this.#life
    const untilStopped = () => {
      this.#heedsStop = true
      return life.outside(
        () => new Promise<void>(resolve => this.#stop.signal.addEventListener('abort', () => resolve())),
      )
    }
    const run = { command, env: this.#env, view: this.#view, clock: this.#clock, log, untilStopped }
    for (const play of this.#options.programs ?? []) {
      const code = await life.outside(async () => play(run))
      if (code !== undefined) return code
    }
    log(`${command.join(' ')}: no program of this simulation`)
    return 127
  }

  #log(line: string): void {
    if (!this.#life.dead) appendFileSync(this.#spec.logFile, `${this.#view.inside(line)}\n`)
  }

  #revealed(exit: Exit): Exit {
    try {
      const text = readFileSync(this.#spec.messageFile, 'utf8')
      const revealed = this.#view.inside(text)
      if (revealed !== text) writeFileSync(this.#spec.messageFile, revealed)
      return exit
    } catch (error) {
      return { code: 128, startError: messageOf(error) }
    }
  }
}
