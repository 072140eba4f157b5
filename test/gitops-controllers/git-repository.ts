import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A repository of git in a folder of its own. */
export class GitRepository {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
    mkdirSync(folder, { recursive: true })
    this.#git('init', '--quiet', '--initial-branch=main')
    this.#git('config', 'user.name', 'A person')
    this.#git('config', 'user.email', 'person@example.com')
    this.#git('config', 'commit.gpgsign', 'false')
  }

  get url(): string {
    return `file://${this.folder}`
  }

  copy(from: string, to: string): void {
    cpSync(from, join(this.folder, to), { recursive: true })
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true })
  }

  edit(path: string, change: (text: string) => string): void {
    const file = join(this.folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, change(readFileSync(file, 'utf8')))
  }

  /** Returns the new commit. */
  commit(message: string): string {
    this.#git('add', '--all')
    this.#git('commit', '--quiet', '--message', message)
    return this.head
  }

  get head(): string {
    return this.#git('rev-parse', 'HEAD').toString('utf8').trim()
  }

  /** The files of the newest commit, as source-controller packs them. */
  archive(): Buffer {
    return this.#git('archive', '--format=tar.gz', 'HEAD')
  }

  #git(...args: string[]): Buffer {
    return execFileSync('git', ['-C', this.folder, ...args], { maxBuffer: 2 ** 28 })
  }
}
