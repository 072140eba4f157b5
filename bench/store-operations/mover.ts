import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decodeReport, type StepReport } from '../../lib/report.js'
import { root, toolPath } from '../../scripts/tools.mjs'

const execute = promisify(execFile)
const agent = join(root, 'build/bundle/agent.cjs')

/** Where the store is, and what opens it. */
export interface Place {
  readonly work: string
  readonly repository: string
  readonly secret: Readonly<Record<string, string>>
}

type Flags = Readonly<Record<string, string>>

/** Runs the steps of Holdfast’s Jobs as their pods do: each pod begins with empty scratch space, so without a cache. */
export class Mover {
  readonly #place: Place
  #session = 0

  constructor(place: Place) {
    if (!existsSync(agent)) throw new Error(`${agent} is not there; run npm run build first`)
    this.#place = place
    mkdirSync(join(place.work, 'secret'), { recursive: true })
    for (const [key, value] of Object.entries(place.secret)) writeFileSync(join(place.work, 'secret', key), value)
  }

  /** One session: the backup, and its confirmation. */
  async backUp(source: string, repositoryId: string): Promise<StepReport> {
    const flags = { ...this.#flags(repositoryId), 'may-initialize': String(repositoryId === '') }
    await this.#step('pvc-backup', { ...flags, 'mount-path': source, paths: JSON.stringify([source]) })
    const { 'may-initialize': _may, ...confirmed } = flags
    const identity = { 'invoker-kind': 'BackupConfiguration', 'invoker-name': 'bench', 'target-name': 'data' }
    return this.#step('update-status', { ...confirmed, ...identity, ...names })
  }

  async restore(mountPath: string, source: string, repositoryId: string): Promise<StepReport> {
    mkdirSync(mountPath, { recursive: true })
    const place = {
      'mount-path': mountPath,
      destination: mountPath,
      'source-hostname': host,
      paths: JSON.stringify([source]),
    }
    return this.#step('pvc-restore', { ...this.#flags(repositoryId), ...place })
  }

  /** One maintain Job with the work given. */
  async maintain(work: Flags, repositoryId: string): Promise<StepReport> {
    const { hostname: _host, 'session-uid': _uid, attempt: _attempt, ...connection } = this.#flags(repositoryId)
    return this.#step('maintain', { ...connection, ...names, ...work })
  }

  /** The version of the restic that was measured. */
  async resticVersion(): Promise<string> {
    const { stdout } = await execute(toolPath('restic'), ['version'])
    return /restic (\S+)/.exec(stdout)?.[1] ?? 'unknown'
  }

  #flags(repositoryId: string): Flags {
    const scratch = join(this.#place.work, 'scratch')
    rmSync(scratch, { recursive: true, force: true })
    mkdirSync(scratch, { recursive: true })
    this.#session += 1
    return {
      repository: this.#place.repository,
      provider: 's3',
      'secret-dir': join(this.#place.work, 'secret'),
      'scratch-dir': scratch,
      'output-dir': join(scratch, 'output'),
      hostname: host,
      'session-uid': `bench-${this.#session}`,
      attempt: '1',
      'repository-id': repositoryId,
    }
  }

  async #step(name: string, flags: Flags): Promise<StepReport> {
    const log = join(this.#place.work, 'report.json')
    writeFileSync(log, '')
    const args = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)
    const path = `${join(toolPath('restic'), '..')}:${process.env['PATH']}`
    const env = { PATH: path, HOME: this.#place.work, HOLDFAST_TERMINATION_LOG: log }
    const child = spawn(process.execPath, [agent, name, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', chunk => {
      output += chunk
    })
    await new Promise(resolve => child.once('close', resolve))
    const report = decodeReport(readFileSync(log, 'utf8'))
    if (report?.outcome !== 'Succeeded') throw new Error(`${name} did not succeed:\n${output}`)
    return report
  }
}

const host = 'bench/data'
const names = { namespace: 'bench', 'repository-name': 'store' }
