import type { ContainerProcess, Launcher, ProcessSpec } from '../../sandbox/index.js'
import type { AgentLauncherOptions } from './agent-options.js'
import { AgentProcess } from './agent-process.js'
import { ContainerViews } from './container-view.js'

export { type AgentLauncherOptions, agentProgram, type ResticCall, type ResticDecision } from './agent-options.js'

/** Runs the agent of every container inside this process, with paths of this machine in place of its mounts. */
export class AgentLauncher implements Launcher {
  readonly mode = 'rewriting'
  readonly #options: AgentLauncherOptions
  readonly #views = new ContainerViews()
  #calls = 0

  constructor(options: AgentLauncherOptions) {
    this.#options = options
  }

  start(spec: ProcessSpec): ContainerProcess {
    const process = new AgentProcess(spec, this.#views.of(spec), this.#options, () => this.#calls++)
    void process.run()
    return process
  }

  /** Messages and logs are written as the container would have written them. */
  reveal(text: string): string {
    return text
  }
}
