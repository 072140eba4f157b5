import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { jest } from '@jest/globals'
import { decodeReport, type StepReport } from '../../../lib/report.js'

// restic derives its key anew in every run, most of a second each.
jest.setTimeout(60_000)

const projectRoot = resolve(process.cwd())
const searchPath = `${join(projectRoot, '.tools/bin')}${delimiter}${process.env['PATH'] ?? ''}`
/** Who movers are in a cluster: a user that does not own the volume. */
export const moverUser = 65532
export const isRoot = process.getuid?.() === 0
export const password = 'correct horse battery staple'

export interface StepResult {
  readonly code: number | null
  readonly output: string
  /** The container’s termination message. */
  readonly message: string
  readonly report: StepReport | undefined
  /** Command lines of restic and its wrappers, as anybody on the node could read them. */
  readonly commandLines: readonly string[]
}

export interface StepOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Runs the step as this user, when the tests run as root. */
  readonly user?: number
  /** Host name that the step sees, in a container of its own; by default it runs on this machine. */
  readonly hostname?: string
  /**
   * Called for every line of the log. `killRestic` sends SIGKILL to the step’s restic and says whether it ran;
   * `killContainer` sends it to everything that runs with the step.
   */
  readonly onOutput?: (text: string, stop: () => void, killRestic: () => boolean, killContainer: () => void) => void
}

type Flags = Readonly<Record<string, string | readonly string[]>>

/** The built agent, a real restic and folders that stand for a pod’s volumes. */
export class AgentLab {
  readonly folder: string
  readonly bundle: string
  #pods = 0

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'holdfast-agent-'))
    chmodSync(this.folder, 0o755)
    this.bundle = join(this.folder, 'agent.cjs')
    const esbuild = join(projectRoot, 'node_modules/esbuild/bin/esbuild')
    const args = ['--bundle', '--platform=node', '--target=node20', '--format=cjs', '--log-level=error']
    try {
      execFileSync(esbuild, [join(projectRoot, 'runtime/agent/main.ts'), ...args, `--outfile=${this.bundle}`])
    } catch (error) {
      this.close()
      throw error
    }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts)
  }

  /** Writes files, given by path below the lab’s folder. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true })
      writeFileSync(this.path(name), text)
    }
  }

  /** A Secret as the kubelet mounts it. */
  secret(keys: Readonly<Record<string, string | Uint8Array>> = { RESTIC_PASSWORD: password }): string {
    const folder = this.path(`secret-${++this.#pods}`)
    mkdirSync(folder, { recursive: true })
    for (const [key, value] of Object.entries(keys)) writeFileSync(join(folder, key), value)
    return folder
  }

  /** Flags of a new pod: everything that connects its steps to one repository. */
  pod(repository: string, more: Flags = {}): Flags {
    const scratch = this.path(`scratch-${++this.#pods}`)
    mkdirSync(scratch, { recursive: true })
    chmodSync(scratch, 0o777)
    return {
      repository: this.path(repository),
      provider: 'local',
      'secret-dir': this.secret(),
      'scratch-dir': scratch,
      'output-dir': join(scratch, 'output'),
      hostname: 'shop/db',
      'session-uid': `uid-${this.#pods}`,
      attempt: '1',
      ...more,
    }
  }

  /** Runs one step as a container would. */
  run(step: string, flags: Flags, options: StepOptions = {}): Promise<StepResult> {
    const log = this.path(`termination-${++this.#pods}`)
    writeFileSync(log, '')
    chmodSync(log, 0o666)
    const args = Object.entries(flags).map(
      ([name, value]) => `--${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    const identity = options.user !== undefined && isRoot ? { uid: options.user, gid: options.user } : {}
    const place = options.hostname === undefined ? [] : container(options.hostname)
    const [program = '', ...words] = [...place, process.execPath, this.bundle, step, ...args]
    const child = spawn(program, words, {
      env: { PATH: searchPath, HOLDFAST_TERMINATION_LOG: log, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...identity,
    })
    let output = ''
    const commandLines = new Set<string>()
    const watch = setInterval(() => {
      for (const line of commandLinesBelow(child.pid)) commandLines.add(line)
    }, 25)
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        options.onOutput?.(
          chunk.toString(),
          () => child.kill('SIGTERM'),
          () => killResticBelow(child.pid),
          () => child.kill('SIGKILL'),
        )
      })
    }
    return new Promise(done => {
      child.once('close', code => {
        clearInterval(watch)
        const message = readFileSync(log, 'utf8')
        done({ code, output, message, report: decodeReport(message), commandLines: [...commandLines] })
      })
    })
  }

  /** Runs restic itself on a repository of the lab. */
  restic(repository: string, ...args: string[]): string {
    const { status, stdout, stderr } = spawnSync('restic', args, {
      env: {
        PATH: searchPath,
        RESTIC_REPOSITORY: this.path(repository),
        RESTIC_PASSWORD: password,
        RESTIC_CACHE_DIR: this.path('restic-cache'),
      },
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`restic ${args.join(' ')} ended with ${status}: ${stderr}`)
    return stdout
  }

  /** A new repository; gives its id. Made once and copied, for restic takes long to derive a key. */
  repository(name: string): string {
    if (!existsSync(this.path('template'))) this.restic('template', 'init')
    cpSync(this.path('template'), this.path(name), { recursive: true })
    this.share(name)
    return (JSON.parse(this.restic(name, 'cat', 'config', '--no-lock')) as { id: string }).id
  }

  /** Lets every user of the machine use a repository. */
  share(repository: string): void {
    spawnSync('chmod', ['-R', 'a+rwX', this.path(repository)])
  }

  /**
   * Holds the repository’s exclusive lock, by a check that is stopped half-way, until the given function is called: that
   * kills it, and leaves its lock. A host name that is given is the holder’s.
   */
  async holdExclusively(repository: string, hostname?: string): Promise<() => void> {
    const env = {
      PATH: searchPath,
      RESTIC_REPOSITORY: this.path(repository),
      RESTIC_PASSWORD: password,
      HOME: this.folder,
    }
    const locks = () => this.locks(repository).length
    for (;;) {
      const [program = '', ...words] = [...elsewhere(hostname), 'restic', 'check', '--limit-download=1']
      const holder = spawn(program, words, { env, stdio: 'ignore' })
      while (locks() === 0 && holder.exitCode === null) await new Promise(wake => setTimeout(wake, 5))
      holder.kill('SIGSTOP')
      // A check that was faster than the signal has given its lock back.
      await new Promise(wake => setTimeout(wake, 50))
      if (locks() > 0 && holder.exitCode === null) return () => void holder.kill('SIGKILL')
      holder.kill('SIGKILL')
    }
  }

  /** Names of the repository’s locks. */
  locks(repository: string): string[] {
    // restic writes a lock under another name first: that one holds nobody back.
    return readdirSync(this.path(repository, 'locks')).filter(name => /^[0-9a-f]{64}$/.test(name))
  }

  snapshots(repository: string): { id: string; hostname: string; paths: string[]; tags: string[] }[] {
    return JSON.parse(this.restic(repository, 'snapshots', '--json', '--no-lock'))
  }

  readJson(path: string): Record<string, unknown> {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  }
}

/** Flags of `pvc-backup` beside those of the pod. */
export function backupFlags(pod: Flags, mountPath: string, more: Flags = {}): Flags {
  return { ...pod, 'mount-path': mountPath, paths: [mountPath], ...more }
}

/** Flags of `update-status` beside those of the pod. */
export function statusFlags(pod: Flags, more: Flags = {}): Flags {
  return {
    ...pod,
    namespace: 'shop',
    'invoker-kind': 'BackupConfiguration',
    'invoker-name': 'nightly',
    'repository-name': 'main',
    'target-name': 'db',
    ...more,
  }
}

/** Flags of `pvc-restore` beside those of the pod. */
export function restoreFlags(pod: Flags, mountPath: string, more: Flags = {}): Flags {
  return { ...pod, 'source-hostname': 'shop/db', 'mount-path': mountPath, destination: mountPath, ...more }
}

// Words in front of a program that give it a host name of its own.
const elsewhere = (hostname: string | undefined, ...namespaces: readonly string[]): string[] => {
  if (hostname === undefined) return []
  const user = isRoot ? [] : ['--user', '--map-root-user']
  const script = 'echo "$1" > /proc/sys/kernel/hostname; shift; exec "$@"'
  return ['unshare', '--uts', ...namespaces, ...user, '/bin/sh', '-c', script, 'elsewhere', hostname]
}

// Process ids of its own too, and with the first process all others are killed: as in a container.
const container = (hostname: string) => elsewhere(hostname, '--pid', '--fork', '--kill-child', '--mount-proc')

function killResticBelow(pid: number | undefined): boolean {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  const restic = children.find(child => /(^|\/)restic\0/.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')))
  return restic !== undefined && process.kill(Number(restic), 'SIGKILL')
}

// Linux only; elsewhere there is nothing to look at.
function commandLinesBelow(pid: number | undefined): string[] {
  if (pid === undefined || !existsSync('/proc')) return []
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    return children.filter(child => child !== '').map(child => readFileSync(`/proc/${child}/cmdline`, 'utf8'))
  } catch {
    // The process ended between two looks.
    return []
  }
}
