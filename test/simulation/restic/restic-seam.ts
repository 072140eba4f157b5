import type { Program, ProgramEnd } from '../../../runtime/agent/host.js'
import type { Clock } from '../../../runtime/kube/clock.js'
import type { ProcessSpec } from '../../../sandbox/index.js'
import type { AgentLauncherOptions, ResticCall } from '../agent-options.js'
import type { ContainerView } from '../container-view.js'
import type { ProcessLife } from '../process-life.js'

interface Parts {
  readonly spec: ProcessSpec
  readonly view: ContainerView
  readonly life: ProcessLife
  readonly clock: Clock
  readonly options: Pick<AgentLauncherOptions, 'restic' | 'onRestic'>
  readonly nextIndex: () => number
}

/** Where the agent of one container and restic meet: paths are translated here, and faults come in here. */
export class ResticSeam {
  readonly #parts: Parts
  #calls = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Runs restic with the agent’s arguments, which have paths of this machine. */
  run(args: readonly string[], program: Program): Promise<ProgramEnd> {
    const { life, view, options } = this.#parts
    if (life.dead) return new Promise(() => {})
    const call = this.#callOf(args.map(view.inside))
    return life.child(async () => {
      const decision = (await options.onRestic?.(call)) ?? 'go'
      if (decision === 'kill-before') {
        life.kill()
        return { code: 137, signal: null }
      }
      if (typeof decision === 'object') {
        program.onStdout(Buffer.from(view.outside(decision.stdout ?? '')))
        program.onStderr(Buffer.from(view.outside(decision.stderr ?? '')))
        return { code: decision.code, signal: null }
      }
      if (decision === 'kill-during') this.#parts.clock.after(500, () => life.kill())
      const end = await this.#execute(call.args, program)
      if (decision === 'kill-after') life.kill()
      return end
    })
  }

  #callOf(args: readonly string[]): ResticCall {
    const { spec, view, nextIndex } = this.#parts
    const uid = spec.command.find(word => word.startsWith('--session-uid='))
    return {
      namespace: view.namespace,
      pod: view.pod,
      container: view.container,
      step: spec.command[1] ?? '',
      session: uid?.slice('--session-uid='.length),
      args,
      index: nextIndex(),
      indexInContainer: this.#calls++,
    }
  }

  async #execute(args: readonly string[], program: Program): Promise<ProgramEnd> {
    const { spec, view, life, clock, options } = this.#parts
    const given = Object.entries(program.env).filter((pair): pair is [string, string] => pair[1] !== undefined)
    const env = Object.fromEntries(given.map(([name, value]) => [name, view.inside(value)]))
    const [out, err] = [program.onStdout, program.onStderr].map(take => new WholeLines(take, view, life))
    const kill = program.kill === undefined ? life.death : AbortSignal.any([life.death, program.kill])
    const end = await options.restic({
      ...{ args, env, view, spec, clock, kill },
      terminate: program.terminate,
      stdout: text => out?.write(text),
      stderr: text => err?.write(text),
    })
    out?.end()
    err?.end()
    return end
  }
}

/** Passes texts on by whole lines, so that no path is cut in two before it is translated. */
class WholeLines {
  readonly #take: (chunk: Uint8Array) => void
  readonly #view: ContainerView
  readonly #life: ProcessLife
  #rest = ''

  constructor(take: (chunk: Uint8Array) => void, view: ContainerView, life: ProcessLife) {
    this.#take = take
    this.#view = view
    this.#life = life
  }

  write(text: string): void {
    const whole = this.#rest + text
    const end = whole.lastIndexOf('\n') + 1
    this.#rest = whole.slice(end)
    this.#pass(whole.slice(0, end))
  }

  end(): void {
    this.#pass(this.#rest)
    this.#rest = ''
  }

  #pass(text: string): void {
    if (text !== '' && !this.#life.dead) this.#take(Buffer.from(this.#view.outside(text)))
  }
}
