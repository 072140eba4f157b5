import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolPath } from '../../scripts/tools.mjs'
import { cheapenKeys } from '../simulation/restic/cheap-key.js'
import { realRestic } from '../simulation/restic/real-restic.js'
import type { ResticProgram } from '../simulation/restic/restic-program.js'
import { password } from './ground.js'
import type { StoredSnapshot } from './oracles/end-state.js'

const run = promisify(execFile)

/** The repository of a course as it lies on this machine. */
export interface CourseRepository {
  readonly restic: ResticProgram
  /** Ids of its snapshots, without asking restic. */
  stored(): ReadonlySet<string>
  snapshots(): Promise<readonly StoredSnapshot[]>
  /** What `restic check` complains about, with all data read; empty for nothing. */
  damage(): Promise<string>
}

/** A repository that the real restic makes and uses; `folder` is where, once the claim is there. */
export class ResticRepository implements CourseRepository {
  readonly #folder: () => string

  constructor(folder: () => string) {
    this.#folder = folder
  }

  /** Opens in milliseconds what it has made: a key that is dear to derive would cost each call most of a second. */
  readonly restic: ResticProgram = async call => {
    const end = await real(call)
    if (call.args[0] === 'init' && existsSync(join(this.#folder(), 'keys'))) cheapenKeys(this.#folder(), password)
    return end
  }

  stored(): ReadonlySet<string> {
    const folder = join(this.#folder(), 'snapshots')
    return new Set(existsSync(folder) ? readdirSync(folder) : [])
  }

  async snapshots(): Promise<readonly StoredSnapshot[]> {
    return this.#exists() ? (JSON.parse(await this.#ask('snapshots', '--json')) as StoredSnapshot[]) : []
  }

  async damage(): Promise<string> {
    if (!this.#exists()) return ''
    const text = await this.#ask('check', '--read-data').catch(String)
    return /no errors were found/.test(text) ? '' : text
  }

  #exists(): boolean {
    return existsSync(join(this.#folder(), 'config'))
  }

  async #ask(...args: string[]): Promise<string> {
    const all = ['--repo', this.#folder(), '--no-cache', '--no-lock', ...args]
    const { stdout } = await run(toolPath('restic'), all, { env: { RESTIC_PASSWORD: password, HOME: this.#folder() } })
    return stdout
  }
}

const real = realRestic()
