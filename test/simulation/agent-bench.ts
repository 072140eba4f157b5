import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { decodeReport, type StepReport } from '../../lib/report.js'
import { systemClock } from '../../runtime/kube/clock.js'
import type { ContainerProcess, ProcessSpec } from '../../sandbox/index.js'
import { AgentLauncher, type AgentLauncherOptions, agentProgram } from './agent-launcher.js'
import { ModelRepository } from './restic/model-repository.js'
import { simulatedNetwork } from './simulated-network.js'

export const password = 'correct horse battery staple'
const [data, store, scratch, secret] = ['/data', '/store', '/scratch', '/secret'] as const

type Flags = Readonly<Record<string, string | readonly string[]>>

export type BenchOptions = Pick<AgentLauncherOptions, 'restic'> & Partial<AgentLauncherOptions>

/** Variables of the container, and its user: root by default. */
export interface BenchHow {
  readonly env?: Readonly<Record<string, string>>
  readonly user?: number
}

export interface BenchRun {
  readonly process: ContainerProcess
  readonly ended: Promise<BenchEnd>
}
export interface BenchEnd {
  readonly code: number
  readonly message: string
  readonly report: StepReport | undefined
  readonly log: string
}

/** Containers on a bench, without a cluster: one volume, one repository, and pods that a test makes one by one. */
export class AgentBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  readonly launcher: AgentLauncher
  #pods = 0

  constructor(options: BenchOptions) {
    this.launcher = new AgentLauncher({ clock: systemClock, http: simulatedNetwork({}), ...options })
    for (const name of ['data', 'store', 'secret']) mkdirSync(join(this.folder, name))
    this.write('secret/RESTIC_PASSWORD', password)
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), text)
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8')
  }

  /** The recorded restic's repository. Throws when there is none. */
  repository(): ModelRepository {
    const found = ModelRepository.open(this.path('store/repository'))
    if (found === undefined) throw new Error('there is no repository yet')
    return found
  }

  /** A new pod; gives its name. */
  pod(): string {
    const pod = `pod-${++this.#pods}`
    mkdirSync(join(this.folder, 'pods', pod, 'scratch'), { recursive: true })
    return pod
  }

  /** Runs one step to its end. */
  step(pod: string, step: string, flags: Flags = {}, how: BenchHow = {}): Promise<BenchEnd> {
    return this.begin(pod, step, flags, how).ended
  }

  /** Starts one step as the container of that name of a pod. */
  begin(pod: string, step: string, flags: Flags = {}, how: BenchHow = {}): BenchRun {
    const all = { ...(step === 'run-hook' || step === 'trigger' ? {} : connection), ...flags }
    const args = Object.entries(all).map(
      ([name, value]) => `--${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    return this.start(pod, step, [agentProgram, step, ...args], how)
  }

  /** Starts any command as a container of a pod. */
  start(pod: string, container: string, command: readonly string[], how: BenchHow = {}): BenchRun {
    const spec = this.#spec(pod, container, command, how)
    const process = this.launcher.start(spec)
    const ended = process.exited.then(async ({ code }) => {
      // Whatever a dead process could still do it would do now.
      for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve))
      const message = readFileSync(spec.messageFile, 'utf8')
      return { code, message, report: decodeReport(message), log: readFileSync(spec.logFile, 'utf8') }
    })
    return { process, ended }
  }

  #spec(pod: string, container: string, command: readonly string[], { env, user }: BenchHow): ProcessSpec {
    const podFolder = join(this.folder, 'pods', pod)
    const folder = join(podFolder, 'containers', `${container}-0`)
    const logFile = join(this.folder, 'logs', `shop_${pod}_uid-${pod}`, container, '0.log')
    const messageFile = join(folder, 'termination-log')
    for (const file of [logFile, messageFile]) {
      mkdirSync(dirname(file), { recursive: true })
      closeSync(openSync(file, 'a'))
    }
    const mount = (path: string, source: string) => ({ path, source, readOnly: false })
    return {
      command,
      env: { PATH: '/usr/bin:/bin', POD_IP: '10.0.0.1', ...env },
      workingDir: undefined,
      hostname: pod,
      identity: {
        ...{ user: user ?? 0, group: user ?? 0, supplementaryGroups: [] },
        ...{ capabilities: user === undefined ? ['dac_override'] : [], noNewPrivileges: true, readOnlyRoot: true },
      },
      mounts: [
        mount(store, this.path('store')),
        mount(scratch, join(podFolder, 'scratch')),
        mount(secret, this.path('secret')),
        // The step that reports does not mount the volume, as in a cluster.
        ...(container === 'update-status' ? [] : [mount(data, this.path('data'))]),
      ],
      folder,
      logFile,
      messageFile,
      messagePath: '/dev/termination-log',
    }
  }
}

const connection: Flags = {
  repository: `${store}/repository`,
  provider: 'local',
  'secret-dir': secret,
  'scratch-dir': scratch,
  'output-dir': `${scratch}/output`,
}
const session: Flags = { hostname: 'shop/db', 'session-uid': 'uid-1', attempt: '1' }
const identity: Flags = { namespace: 'shop', 'repository-name': 'main' }
export const backup: Flags = { ...session, 'may-initialize': 'true', 'mount-path': data, paths: [data] }
export const status: Flags = {
  ...session,
  ...identity,
  'invoker-kind': 'BackupConfiguration',
  'invoker-name': 'nightly',
  'target-name': 'db',
}
export const restore: Flags = { ...session, 'source-hostname': 'shop/db', 'mount-path': data, destination: data }
export const maintenance: Flags = {
  ...identity,
  forget: JSON.stringify([{ host: 'shop/db', path: data, policy: { keepLast: 1 } }]),
  prune: 'true',
  check: 'true',
}
