import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { toolSearchPath } from '../../scripts/tools.mjs'

export const root = resolve(import.meta.dirname, '../..')
const bundle = join(root, 'build/bundle/holdfast.cjs')

/** What a command did, as its user sees it. */
export interface Result {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the built command as a user does; `watch` sees all of its output whenever there is more. */
export async function holdfast(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
  watch: (child: ChildProcess, stdout: string) => void = () => undefined,
): Promise<Result> {
  if (!existsSync(bundle)) throw new Error('build/bundle/holdfast.cjs does not exist; make it first: npm run build')
  const child = spawn(process.execPath, [bundle, ...args], {
    cwd,
    env: { ...process.env, PATH: toolSearchPath(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (text: string) => {
      texts[name] += text
      if (name === 'stdout') watch(child, texts.stdout)
    })
  }
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail)
    child.once('close', done)
  })
  return { code, ...texts }
}

/** An empty folder for one test, removed after it. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
