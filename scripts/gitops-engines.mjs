import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, toolPath, toolsFolder } from './tools.mjs'

const source = join(root, 'test/gitops')
/** Argo CD and Flux are written for it; the installed Go fetches it. */
const toolchain = 'go1.27.0'

function digestOfSource() {
  const hash = createHash('sha256').update(toolchain)
  for (const name of readdirSync(source).sort()) hash.update(`${name}\0`).update(readFileSync(join(source, name)))
  return hash.digest('hex').slice(0, 16)
}

/**
 * The program that holds the engines of Argo CD and Flux (test/gitops). It is built the first time, which takes two
 * cores some minutes, and again when its source has changed. Throws what Go says is wrong.
 */
export function gitopsEngines() {
  const home = join(toolsFolder, 'gitops')
  const program = join(home, `gitops-${digestOfSource()}`)
  if (existsSync(program)) return program
  mkdirSync(home, { recursive: true })
  const folder = mkdtempSync(join(home, 'build-'))
  try {
    const fresh = join(folder, 'gitops')
    const env = { ...process.env, GOTOOLCHAIN: toolchain, GOWORK: 'off', GOFLAGS: '-mod=readonly' }
    const args = ['build', '-ldflags=-s -w', '-buildvcs=false', '-o', fresh, '.']
    process.stderr.write('the engines of Argo CD and Flux: go build, which takes some minutes the first time\n')
    const { status, stderr, error } = spawnSync(toolPath('go'), args, { cwd: source, env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`test/gitops cannot be built: ${error?.message ?? stderr.trim()}`)
    // One at a time is enough: what an earlier source gave is of no use.
    for (const name of readdirSync(home)) if (name.startsWith('gitops-')) rmSync(join(home, name), { force: true })
    renameSync(fresh, program)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return program
}
