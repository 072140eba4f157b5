import { join } from 'node:path'
import { root } from '../../scripts/tools.mjs'
import { ChildServer } from './child-server.js'

/**
 * The real controller as a process on this machine, without the V8 flags of its Deployment: some versions of Node cannot
 * load the client of kubeconfigs under `--lite-mode`, and a pod needs none.
 */
export class SandboxController {
  readonly #kubeconfig: string
  readonly #args: readonly string[]
  #process: { readonly server: ChildServer; readonly port: number } | undefined

  /** `args` are those of the Deployment’s container; the port becomes a free one. */
  constructor(kubeconfig: string, args: readonly string[]) {
    this.#kubeconfig = kubeconfig
    this.#args = [
      join(root, 'build/bundle/controller.cjs'),
      ...args.filter(arg => !arg.startsWith('--metrics-port=') && !arg.startsWith('--namespace=')),
      '--metrics-port=0',
    ]
  }

  /** Waits until it leads and is ready. */
  async start(): Promise<void> {
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], KUBECONFIG: this.#kubeconfig }
    const server = ChildServer.start(process.execPath, this.#args, env)
    const port = await server.ready(() => /listening on port (\d+)/.exec(server.output)?.[1])
    this.#process = { server, port: Number(port) }
    await server.ready(async () => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`)
      return response.ok && server.output.includes('leading') ? true : undefined
    })
  }

  async metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#process?.port}/metrics`)).text()
  }

  async stop(): Promise<void> {
    await this.#process?.server.stop()
    this.#process = undefined
  }

  /** What it wrote last. */
  get log(): string {
    return this.#process?.server.output ?? ''
  }
}
