import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, toolPath, toolsFolder } from './tools.mjs'

/**
 * A Go program of the tests: `folder` is the module, below the root, that pins all it is built from, and `target` the
 * package in it. It is built the first time, which takes two cores some minutes, and again when a file of the folder or
 * the toolchain has changed. Throws what Go says is wrong.
 */
export function goProgram({ name, folder, target, toolchain, title }) {
  const source = join(root, folder)
  const hash = createHash('sha256').update(`${toolchain} ${target}`)
  for (const file of readdirSync(source).sort()) hash.update(`${file}\0`).update(readFileSync(join(source, file)))
  const home = join(toolsFolder, name)
  const program = join(home, `${name}-${hash.digest('hex').slice(0, 16)}`)
  if (existsSync(program)) return program
  mkdirSync(home, { recursive: true })
  const work = mkdtempSync(join(home, 'build-'))
  try {
    const fresh = join(work, name)
    const env = { ...process.env, GOTOOLCHAIN: toolchain, GOWORK: 'off', GOFLAGS: '-mod=readonly' }
    const args = ['build', '-ldflags=-s -w', '-buildvcs=false', '-o', fresh, target]
    process.stderr.write(`${title}: go build, which takes some minutes the first time\n`)
    const { status, stderr, error } = spawnSync(toolPath('go'), args, { cwd: source, env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${folder} cannot be built: ${error?.message ?? stderr.trim()}`)
    // One at a time is enough: what an earlier source gave is of no use.
    for (const old of readdirSync(home)) if (old.startsWith(`${name}-`)) rmSync(join(home, old), { force: true })
    renameSync(fresh, program)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return program
}
