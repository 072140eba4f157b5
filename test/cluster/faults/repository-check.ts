import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { toolPath } from '../../../scripts/tools.mjs'

const run = promisify(execFile)

/** A snapshot as restic lists it. */
export interface ListedSnapshot {
  readonly id: string
  readonly hostname: string
  readonly paths: readonly string[]
  readonly tags?: readonly string[]
}

/** A repository on this machine’s disk, looked at without a lock and without the server in front of it. */
export class RepositoryFolder {
  readonly #folder: string
  readonly #password: string

  constructor(folder: string, password: string) {
    this.#folder = folder
    this.#password = password
  }

  async snapshots(): Promise<ListedSnapshot[]> {
    return JSON.parse(await this.restic('snapshots', '--json')) as ListedSnapshot[]
  }

  /** Reads everything that is stored; throws restic’s own words when anything is wrong. */
  async check(): Promise<void> {
    await this.restic('check', '--read-data')
  }

  /** Runs the real restic on the repository; answers its standard output. */
  async restic(...args: readonly string[]): Promise<string> {
    const env = { PATH: process.env['PATH'], HOME: tmpdir(), RESTIC_PASSWORD: this.#password }
    const all = ['--repo', this.#folder, '--no-cache', '--no-lock', ...args]
    const { stdout } = await run(toolPath('restic'), all, { env, maxBuffer: 64 * 1024 * 1024 })
    return stdout
  }
}
