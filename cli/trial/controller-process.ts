import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { UserError } from '../user-error.js'
import type { Teardown } from './teardown.js'

const killAfter = 5000

/** The real controller as a process of its own, with its log in a file. */
export class ControllerProcess {
  readonly logFile: string
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  #over = false

  private constructor(child: ChildProcess, logFile: string) {
    this.#child = child
    this.logFile = logFile
    this.#ended = new Promise(resolve => {
      const end = () => {
        this.#over = true
        resolve()
      }
      child.once('error', end)
      child.once('exit', end)
    })
  }

  static start(
    program: string,
    args: readonly string[],
    kubeconfig: string,
    logFile: string,
    teardown: Teardown,
  ): ControllerProcess {
    const log = openSync(logFile, 'a')
    const env = { ...process.env, KUBECONFIG: kubeconfig }
    const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', log, log] })
    closeSync(log)
    const controller = new ControllerProcess(child, logFile)
    teardown.add(() => controller.stop())
    return controller
  }

  /** Throws UserError with the end of its log when it is no longer running. */
  check(): void {
    if (!this.#over) return
    const tail = readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-8)
    throw new UserError(
      `the controller ended by itself; the end of its log:\n${tail.map(line => `  ${line}`).join('\n')}`,
    )
  }

  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), killAfter)
    this.#child.kill('SIGTERM')
    await this.#ended
    clearTimeout(timer)
  }
}
