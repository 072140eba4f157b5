import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../../scripts/tools.mjs'

const ticksPerSecond = 100
/** A mount namespace of its own, in which the ServiceAccount lies where a pod finds it; needs root. */
const asInPod = [
  'set -e',
  'folder=$1; shift',
  'mount -t tmpfs tmpfs /mnt',
  'cp "$folder"/* /mnt',
  'mount -t tmpfs tmpfs /var/run',
  'mkdir -p /var/run/secrets/kubernetes.io/serviceaccount',
  'cp /mnt/* /var/run/secrets/kubernetes.io/serviceaccount',
  'exec "$@"',
].join('\n')

/** The controller's bundle as a process, with the Node options and the arguments of its Deployment. */
export class ControllerProcess {
  /** Milliseconds from the start of the process until /readyz answered. */
  readyAfter = 0
  readonly #child: ChildProcess
  readonly #port: number
  #output = ''

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.#port = port
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', chunk => {
        this.#output = `${this.#output}${chunk}`.slice(-20_000)
      })
  }

  /** Resolves when it is ready and leads. */
  static async start(container: Container, api: Api, options: StartOptions = {}): Promise<ControllerProcess> {
    const port = await freePort()
    const flags = container.command.filter(each => each.startsWith('--'))
    const bundle = join(root, 'build/bundle/controller.cjs')
    const args = container.args.filter(each => !/^--(image|metrics-port|namespace)=/.test(each))
    const { node = process.execPath, extra = [] } = options
    const began = performance.now()
    const command = [node, ...flags, ...extra, bundle, ...args, `--image=${container.image}`, `--metrics-port=${port}`]
    const child = spawn('unshare', ['--mount', 'sh', '-c', asInPod, 'sh', api.accountFolder, ...command], {
      env: {
        PATH: process.env['PATH'],
        HOME: '/nonexistent',
        KUBERNETES_SERVICE_HOST: '127.0.0.1',
        KUBERNETES_SERVICE_PORT: String(api.port),
        MALLOC_ARENA_MAX: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const controller = new ControllerProcess(child, port)
    await controller.#until(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok)
    controller.readyAfter = performance.now() - began
    await controller.#until(async () => controller.#output.includes('leading'))
    return controller
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get log(): string {
    return this.#output
  }

  /** Processor milliseconds so far. */
  cpu(): number {
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
  }

  /** Mebibytes resident now, and at most so far. */
  memory(): { resident: number; peak: number } {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    const kibibytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN)
    return { resident: kibibytes('VmRSS') / 1024, peak: kibibytes('VmHWM') / 1024 }
  }

  /** Mebibytes of live and of reserved heap. */
  async heap(): Promise<{ used: number; reserved: number }> {
    const text = await (await fetch(`http://127.0.0.1:${this.#port}/metrics`)).text()
    const mebibytes = (name: string) =>
      Math.round(Number(new RegExp(`^nodejs_heap_size_${name}_bytes (\\S+)`, 'm').exec(text)?.[1]) / 2 ** 20)
    return { used: mebibytes('used'), reserved: mebibytes('total') }
  }

  /** Reconciles so far, by kind. */
  async reconciles(): Promise<Record<string, number>> {
    const text = await (await fetch(`http://127.0.0.1:${this.#port}/metrics`)).text()
    const found = text.matchAll(/^holdfast_controller_reconcile_duration_seconds_count\{kind="(\w+)"\} (\d+)/gm)
    return Object.fromEntries([...found].map(([, kind = '', count]) => [kind, Number(count)]))
  }

  /** Milliseconds that one scrape of its metrics takes, and the size of the answer in kB. */
  async scrape(): Promise<{ milliseconds: number; kilobytes: number }> {
    const began = performance.now()
    const text = await (await fetch(`http://127.0.0.1:${this.#port}/metrics`)).text()
    return { milliseconds: performance.now() - began, kilobytes: text.length / 1000 }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) throw new Error(`the controller ended by itself:\n${this.#output}`)
    const ended = new Promise<void>(resolve => this.#child.once('exit', () => resolve()))
    this.#child.kill('SIGTERM')
    await ended
  }

  async #until(holds: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 120_000; Date.now() < end; await sleep(10)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(`the controller ended:\n${this.#output}`)
      if (await holds().catch(() => false)) return
    }
    throw new Error(`the controller is not ready:\n${this.#output}`)
  }
}

/** Where a pod finds the API server. */
export interface Api {
  readonly port: number
  readonly accountFolder: string
}

export interface Container {
  readonly image: string
  readonly command: readonly string[]
  readonly args: readonly string[]
}

export interface StartOptions {
  /** The Node to run it with; this process's own by default. */
  readonly node?: string
  /** Further options of Node. */
  readonly extra?: readonly string[]
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>(resolve => server.close(() => resolve()))
  return port
}
