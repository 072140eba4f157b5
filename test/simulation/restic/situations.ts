import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toolPath } from '../../../scripts/tools.mjs'
import { cheapRepository } from './cheap-key.js'
import type { Recording } from './recording.js'

const password = 'a word'
const host = ['--host=shop/db', '--group-by=host,paths']
const lock = '--retry-lock=1s'
const nobody = 65532

/** A folder with the real restic in it, in which situations come about one after the other. */
export class Studio {
  readonly #folder: string
  readonly #recordings = new Map<string, Recording>()

  constructor(folder: string) {
    this.#folder = folder
    chmodSync(folder, 0o755)
  }

  /** Brings about every situation. Root may read any file, so as root some of them are another user’s. */
  async recordAll(): Promise<ReadonlyMap<string, Recording>> {
    this.#store()
    this.#trouble()
    await this.#locks()
    this.#restores()
    this.#upkeep()
    this.#damage()
    return this.#recordings
  }

  #path = (name: string) => join(this.#folder, name)

  #store(): void {
    this.#write('data/a', 'alpha')
    this.#write('data/sub/b', 'beta')
    symlinkSync('a', this.#path('data/link'))
    this.#record('init', ['init'], { repository: 'made' })
    this.#record('init-again', ['init'], { repository: 'made' })
    cheapRepository(this.#path('repository'), password)
    this.#record('cat-config', ['cat', 'config', '--no-lock'])
    this.#record('snapshots-none', ['snapshots', '--no-lock'])
    const tags = ['--tag=holdfast', '--tag=session=uid']
    this.#record('backup', ['backup', lock, ...host, ...tags, '--exclude=/x', '--', this.#path('data')])
    this.#record('backup-again', ['backup', lock, ...host, ...tags, '--', this.#path('data')])
    this.#record('snapshots', ['snapshots', '--no-lock', '--host=shop/db', '--tag=holdfast,session=uid'])
    this.#record('stats', ['stats', '--mode=raw-data', '--no-lock'])
  }

  #trouble(): void {
    this.#record('wrong-password', ['cat', 'config', '--no-lock'], { password: 'another' })
    this.#record('not-initialized', ['cat', 'config', '--no-lock'], { repository: 'nothing' })
    this.#record('backup-missing', ['backup', lock, ...host, '--', this.#path('missing')])
    this.#write('partial/good', 'good')
    this.#write('partial/bad', 'bad')
    this.#write('partial/closed/c', 'c')
    chmodSync(this.#path('partial/bad'), 0)
    chmodSync(this.#path('partial/closed'), 0)
    mkdirSync(this.#path('cache-of-nobody'))
    chmodSync(this.#path('cache-of-nobody'), 0o777)
    const open = spawnSync('chmod', ['-R', 'a+rwX', this.#path('repository')])
    if (open.status !== 0) throw new Error(String(open.stderr))
    this.#record('backup-partial', ['backup', lock, ...host, '--', this.#path('partial')], { user: nobody })
    mkdirSync(this.#path('closed'), { mode: 0o555 })
    const source = `latest:${this.#path('data')}`
    const args = ['restore', lock, `--target=${this.#path('closed')}`, '--host=shop/db', '--', source]
    this.#record('restore-denied', [...args.slice(0, 4), '--path', this.#path('data'), '--', source], { user: nobody })
  }

  async #locks(): Promise<void> {
    const holder = await this.#hold()
    this.#record('locked', ['backup', lock, ...host, '--', this.#path('data')])
    this.#record('unlock-nothing', ['unlock'])
    const ended = once(holder, 'close')
    holder.kill('SIGKILL')
    await ended
    this.#record('unlock', ['unlock'])
    await this.#recordTerminated()
  }

  async #recordTerminated(): Promise<void> {
    this.#write('slow/file', randomBytes(2_000_000))
    const args = ['backup', '--json', ...host, '--limit-upload=1000', '--', this.#path('slow')]
    const child = spawn(toolPath('restic'), args, { env: this.#env({}), stdio: 'pipe' })
    const said = { stdout: '', stderr: '' }
    child.stdout.on('data', chunk => {
      said.stdout += chunk
    })
    child.stderr.on('data', chunk => {
      said.stderr += chunk
    })
    // The first bytes are on their way.
    await until(() => this.#files('repository/data').some(name => name.includes('-tmp-')))
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    const [code] = await ended
    this.#keep('terminated', args, { code, ...said })
  }

  #files = (name: string) => readdirSync(this.#path(name), { recursive: true, encoding: 'utf8' })

  #isLocked = () => readdirSync(this.#path('repository/locks')).some(name => !name.includes('tmp'))

  /** Begins a check and stops it while it holds its exclusive lock. */
  async #hold(): Promise<ChildProcess> {
    for (;;) {
      const child = spawn(toolPath('restic'), ['check', '--limit-download=1'], { env: this.#env({}), stdio: 'ignore' })
      await until(() => this.#isLocked() || child.exitCode !== null)
      child.kill('SIGSTOP')
      // A check that was faster than the signal has given its lock back.
      await new Promise(wake => setTimeout(wake, 50))
      if (this.#isLocked() && child.exitCode === null) return child
      child.kill('SIGKILL')
      await until(() => child.exitCode !== null || child.signalCode !== null)
      this.#restic(['unlock'])
    }
  }

  #restores(): void {
    const source = `latest:${this.#path('data')}`
    const target = `--target=${this.#path('restored')}`
    const latest = ['--host=shop/db', '--path', this.#path('data'), '--', source]
    this.#record('restore', ['restore', lock, target, '--overwrite=always', ...latest])
    this.#record('restore-again', ['restore', lock, target, '--overwrite=always', ...latest])
    this.#write('restored/extra', 'x')
    this.#write('restored/a', 'changed')
    this.#record('restore-delete', ['restore', lock, target, '--overwrite=always', '--delete', ...latest])
    this.#record('restore-no-path', ['restore', lock, target, '--', 'latest:/nowhere'])
    this.#record('restore-no-snapshot', ['restore', lock, target, '--', 'ffffffff:/nowhere'])
  }

  #upkeep(): void {
    const of = ['--host=shop/db', `--path=${this.#path('data')}`, '--group-by=host,paths']
    this.#record('forget-refused', ['forget', lock, ...of, '--keep-tag=nothing'])
    this.#record('forget-nothing', ['forget', lock, '--host=none', '--group-by=host,paths', '--keep-last=1'])
    this.#record('forget-dry', ['forget', lock, ...of, '--keep-last=1', '--dry-run'])
    this.#record('forget', ['forget', lock, ...of, '--keep-last=1'])
    this.#record('forget-all-kept', ['forget', lock, ...of, '--keep-last=1'])
    this.#record('prune', ['prune', lock])
    this.#record('prune-nothing', ['prune', lock])
    this.#record('check', ['check', lock])
  }

  #damage(): void {
    rmSync(this.#path('repository/data'), { recursive: true })
    mkdirSync(this.#path('repository/data'))
    this.#record('check-damaged', ['check', lock])
    this.#record('stats-damaged', ['stats', '--mode=raw-data', '--no-lock'])
  }

  #write(name: string, text: string | Buffer): void {
    mkdirSync(join(this.#path(name), '..'), { recursive: true })
    writeFileSync(this.#path(name), text)
  }

  #record(name: string, args: readonly string[], how: How = {}): void {
    const { status, stdout, stderr } = this.#restic(args, how)
    this.#keep(name, args, { code: status, stdout, stderr })
  }

  #keep(name: string, args: readonly string[], { code, stdout, stderr }: Omit<Recording, 'args'>): void {
    const hidden = (text: string) =>
      text.replaceAll(this.#folder, '/studio').replaceAll(this.#folder.slice(1), 'studio')
    this.#recordings.set(name, { args: hidden(args.join(' ')), code, stdout: hidden(stdout), stderr: hidden(stderr) })
  }

  #restic(args: readonly string[], how: How = {}) {
    const identity = how.user === undefined || process.getuid?.() !== 0 ? {} : { uid: how.user, gid: how.user }
    const [command = '', ...rest] = args
    const all = [command, ...(command === 'cat' ? [rest.shift() ?? ''] : []), '--json', ...rest]
    return spawnSync(toolPath('restic'), all, { env: this.#env(how), encoding: 'utf8', cwd: '/', ...identity })
  }

  #env({ repository = 'repository', password: word = password, user }: How): Record<string, string> {
    return {
      LC_ALL: 'C',
      HOME: this.#folder,
      RESTIC_REPOSITORY: this.#path(repository),
      RESTIC_PASSWORD: word,
      RESTIC_CACHE_DIR: this.#path(user === undefined ? 'cache' : 'cache-of-nobody'),
    }
  }
}

interface How {
  readonly repository?: string
  readonly password?: string
  readonly user?: number
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise(wake => setTimeout(wake, 2))
}
