import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { type DiffOptions, diff } from '../../cli/diff/diff.js'
import { Terminal } from '../../cli/display/terminal.js'
import { UserError } from '../../cli/user-error.js'
import type { ManifestObject } from '../../lib/fleet/manifest.js'

/** A git repository of its own, in which the present folder is while `work` runs. */
export async function inRepository<T>(work: (repository: Repository) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-diff-test-'))
  const home = process.cwd()
  try {
    process.chdir(folder)
    const repository = new Repository(folder)
    repository.git('init', '--quiet', '--initial-branch=main')
    return await work(repository)
  } finally {
    process.chdir(home)
    rmSync(folder, { recursive: true, force: true })
  }
}

const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']

export class Repository {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  git(...args: string[]): string {
    return execFileSync('git', [...identity, ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  write(name: string, content: string | readonly ManifestObject[]): void {
    const file = join(this.folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : content.map(each => stringify(each)).join('---\n'))
  }

  commit(message: string): void {
    this.git('add', '--all')
    this.git('commit', '--quiet', '--allow-empty', '-m', message)
  }
}

/** What a person sees of `holdfast diff`. */
export interface Seen {
  readonly code: number
  readonly text: string
  readonly notes: string
  readonly message: string
}

export async function seen(before: string, after?: string, options: Partial<DiffOptions> = {}): Promise<Seen> {
  const [out, errors] = [capture(), capture()]
  const all: DiffOptions = { output: 'text', failOn: 'danger', today: '2026-11-22', ...options }
  const terminals = { out: out.terminal, errors: errors.terminal }
  try {
    await diff(before, after, all, terminals, new AbortController().signal)
    return { code: 0, text: out.text(), notes: errors.text(), message: '' }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { code: error.exitCode, text: out.text(), notes: errors.text(), message: error.message }
  }
}

function capture() {
  let text = ''
  const terminal = new Terminal({ write: (part: string) => (text += part) }, {})
  return { terminal, text: () => text }
}
