import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** How a command of the project ended, and all that it printed. */
export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly text: string
}

/** A copy of an example in a git repository of its own, whose dependencies are those that are installed here. */
export class LinkedProject {
  readonly folder: string

  constructor(example: string) {
    this.folder = mkdtempSync(join(tmpdir(), 'holdfast-example-'))
    cpSync(join(root, example), this.folder, { recursive: true, filter: path => !path.endsWith('node_modules') })
    const modules = join(this.folder, 'node_modules')
    mkdirSync(modules)
    for (const name of readdirSync(join(root, 'node_modules'))) {
      if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(modules, name))
    }
    symlinkSync(root, join(modules, 'holdfast'))
    mkdirSync(join(modules, '.bin'))
    for (const name of ['tsc', 'jest', 'tsx']) {
      symlinkSync(join(root, 'node_modules/.bin', name), join(modules, '.bin', name))
    }
    symlinkSync(join(root, 'build/bundle/holdfast.cjs'), join(modules, '.bin/holdfast'))
    this.git('init', '--quiet', '--initial-branch=main')
    this.commit('The policies as they are')
  }

  git(...args: readonly string[]): string {
    const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']
    return execFileSync('git', [...author, ...args], { cwd: this.folder, encoding: 'utf8' }).trim()
  }

  commit(message: string): string {
    this.git('add', '--all')
    this.git('commit', '--quiet', '--allow-empty', '--message', message)
    return this.git('rev-parse', 'HEAD')
  }

  /** Runs a step of a pipeline as its runner would: by a shell that stops at the first failure. */
  shell(script: string, env: Readonly<Record<string, string>> = {}): Ended {
    const { CI, GITHUB_ACTIONS, ...own } = process.env
    const path = [join(this.folder, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)
    const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...own, PATH: path, HOLDFAST_TODAY: '2026-11-22', npm_config_offline: 'true', ...env },
    })
    return { status, stdout, text: stdout + stderr }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
